"""Files that other systems take in: SIASN, Moodle. Nothing is sent anywhere by itself."""
