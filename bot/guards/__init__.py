"""What no account may do, whatever its files say: the rules that hold for all accounts together, in one place."""
