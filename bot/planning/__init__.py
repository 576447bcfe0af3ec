"""When what is due and how much may be done. Pure, but for the ticker."""
