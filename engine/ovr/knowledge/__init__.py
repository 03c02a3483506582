"""Facts about AWS and Amplify as data, each with one small reader."""
