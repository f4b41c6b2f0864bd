"""The engine as the client of an app: gets credentials, uses them, renews them, ends them."""
