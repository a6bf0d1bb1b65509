# What the app says where it has no window yet.

instance-channel-unavailable = Another program holds the way to the Doorkey that runs, and does not answer. The link was not handed over, and nothing of it was kept. Begin the sign-in again and choose to come back without a link.
