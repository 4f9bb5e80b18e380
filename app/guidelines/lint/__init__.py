"""What is wrong or missing in guideline files, beyond what stops them from being read."""
