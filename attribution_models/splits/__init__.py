"""What is divided again after allocation, each where the policy asks for it, into sums that stay what they were."""
