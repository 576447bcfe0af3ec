"""What `--doctor` looks at, a module per place. Nothing is changed, and nothing is asked of the network."""
