"""Synthetic singers: speech of free synthesizers, carried over (linear prediction) to the melody of a piece."""
import subprocess
import tempfile

import numpy as np
import scipy.io.wavfile
import scipy.linalg
import scipy.signal as ss

RATE = 16000
WORDS = [
    "When the night has come and the land is dark, I will follow the river down to the shining sea.",
    "Oh my love, you were always there for me, in the morning and in the evening light.",
    "Running through the open fields we were young and we were free, never looking back again.",
    "Take me home tonight, I do not want to let you go, the city lights are burning low.",
    "She says that summer never ends, we dance along the empty shore until the sun is rising.",
    "Hold on, hold on, the winter wind is blowing over hills of stone and silver rain.",
]
SPEAKERS = ["flite slt", "flite rms", "flite awb", "flite kal16", "festival", "espeak-ng en+f3", "espeak-ng en-us+m3", "espeak-ng de+f2", "espeak-ng it+m7"]


def speak(speaker, words):
    """A sentence, 16 kHz, one channel."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as file:
        tool, _, voice = speaker.partition(" ")
        if tool == "flite":
            subprocess.run(["flite", "-voice", voice, "-o", file.name, "-t", words], check=True)
        elif tool == "festival":
            subprocess.run(["text2wave", "-o", file.name, "-eval", "(voice_cmu_us_slt_arctic_hts)"], input=words.encode(), check=True)
        else:
            subprocess.run(["espeak-ng", "-v", voice, "-w", file.name, words], check=True)
        rate, sound = scipy.io.wavfile.read(file.name)
    return ss.resample_poly(sound / 32768, RATE, rate)


def melody_hz(notes, count, rng):
    """Pitch for each sample (gliding, with vibrato and unsteadiness), and whether a note sounds."""
    pitch, on = np.full(count, float(notes[0][2])), np.zeros(count)
    for start, length, key in notes:
        a, b = int(start * RATE), int((start + max(length * .97, .18)) * RATE)
        pitch[a:], on[a:b] = key, 1
    glide = 1 / (RATE * .03)
    pitch = pitch[0] + ss.lfilter([glide], [1, glide - 1], pitch - pitch[0])
    held = ss.lfilter([1e-4], [1, 1e-4 - 1], on)
    vibrato = rng.uniform(.1, .45) * np.sin(2 * np.pi * rng.uniform(5, 6.2) * np.arange(count) / RATE) * held
    drift = .05 * ss.lfilter([.002], [1, -.998], rng.normal(0, 16, count))
    return 440 * 2 ** ((pitch + vibrato + drift - 69) / 12), on


def sing(notes, seconds, rng):
    """Sings notes (start, length, key) with a random singer; 44.1 kHz, one channel."""
    speaker = SPEAKERS[rng.integers(len(SPEAKERS))]
    speech = np.concatenate([speak(speaker, WORDS[i]) for i in rng.permutation(len(WORDS))[:4]])
    speech = np.tile(ss.resample(speech, int(len(speech) / rng.uniform(.88, 1.15))), 3)
    count, hop, width = int(seconds * RATE), 80, 480
    hz, on = melody_hz(notes, count, rng)
    phase = np.cumsum(hz / RATE)
    pulses = np.zeros(count)
    at = np.flatnonzero(np.diff(np.floor(phase)) > 0) + 1
    late = (phase[at] % 1) / (hz[at] / RATE)
    pulses[at], pulses[at - 1] = pulses[at] + 1 - late, pulses[at - 1] + late
    pulses *= np.sqrt(RATE / hz)
    noise = rng.normal(0, 1, count)
    breath = ss.lfilter(*ss.butter(2, 3000 / 8000, "high"), noise) * rng.uniform(.04, .14)
    loud, window, sung, place, step = ss.lfilter([.002], [1, -.998], on), np.hanning(width), np.zeros(count), 0., hop / rng.uniform(1.4, 2.4)
    for n in range(0, count - width, hop):
        frame = speech[int(place):int(place) + width] * window if place + width < len(speech) else None
        place = 0 if frame is None else place + step
        if frame is None or loud[n + width // 2] < .02:
            continue
        r = np.correlate(frame, frame, "full")[width - 1:]
        if r[0] < 1e-4:  # pauses are left out
            place += hop
            continue
        voiced = np.clip((r[40:260].max() / r[0] - .3) / .3, 0, 1)
        r[0] *= 1.0005
        model = np.r_[1, -scipy.linalg.solve_toeplitz(r[:20], r[1:21])]
        source = (voiced * (pulses + breath)[n:n + width] + (1 - voiced) * noise[n:n + width]) * np.sqrt(window)
        sung[n:n + width] += ss.lfilter([np.sqrt(max(r[:21] @ model, 1e-9) / width)], model, source) * np.sqrt(window)
    x = ss.resample_poly(sung * loud, 441, 160)
    edge = ss.lfilter(*ss.butter(3, [5000 / 22050, 7500 / 22050], "band"), x)  # hiss above 8 kHz, as loud as that below
    hiss = ss.lfilter(*ss.butter(3, [7400 / 22050, 15000 / 22050], "band"), rng.normal(0, 1, len(x)))
    return x + .7 * hiss * np.sqrt(np.clip(ss.filtfilt(*ss.butter(1, 60 / 22050), edge ** 2), 0, None))
