"""Names for nodes: Amplify's own vocabulary and what a selector designates."""
