"""Sign-in against a directory server or an identity provider."""
