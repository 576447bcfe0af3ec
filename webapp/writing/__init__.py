"""Help by a language model: a better text on request, what it suggested for templates, and how the help stands."""
