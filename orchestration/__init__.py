"""The only place that knows Dagster, the environment and the clock. It wires the parts and holds no rule of its own."""
