"""The engine: its integrations and the connections of a tenant, read and waited for."""
