"""What the patient sees and hears: the word of the moment, the countdown, the beat, the tones."""
