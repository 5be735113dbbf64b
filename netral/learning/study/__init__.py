"""Reading modules and practising."""
