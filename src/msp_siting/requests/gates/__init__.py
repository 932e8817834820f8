"""Gates that a request must pass, each with its rule, figures and finding."""
