"""Clock, service lifecycle, weak subscriptions, bounded queues, scheduling, errors, logging."""
