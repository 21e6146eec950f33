"""The small formula language of calculated tags, alarm conditions and enables: pure, no eval."""

from hmi.expressions.compiler import compile_expression
from hmi.expressions.dependencies import evaluation_order, find_cycle
from hmi.expressions.errors import ExpressionError
from hmi.expressions.expression import Expression
from hmi.expressions.values import Kind, Operand, Result, kind_of_type

__all__ = [
    "Expression",
    "ExpressionError",
    "Kind",
    "Operand",
    "Result",
    "compile_expression",
    "evaluation_order",
    "find_cycle",
    "kind_of_type",
]
