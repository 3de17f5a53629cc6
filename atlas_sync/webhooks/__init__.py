"""The door for the vendors' webhooks: optional speed, never the truth."""
