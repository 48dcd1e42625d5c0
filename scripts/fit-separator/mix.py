"""Mixes parts at random, half of the time those of different pieces, half of the time those of one piece as they were played together: mix.py PARTS OUT COUNT writes OUT/<fit|check>_<n>/<stem>.f32; a seventh of the pieces is
heard only in the mixes to check by."""
import glob
import os
import sys
import zlib

import numpy as np
import scipy.signal as ss

RATE, SECONDS = 44100, 9
PARTS = {"vocals": .3, "drums": .1, "bass": .12, "piano": .55, "guitar": .3, "rest": .4}  # how often each is left out
STEMS = ["vocals", "drums", "bass", "piano", "other"]

# Pieces that the result is tried with: never mixed.
TRIED = "5432gone_redfarn flying_scotsman keep_on_rolling music002 music004 music005 music006 run_for_your_life the_hobo_redfarn tttheme2".split()


def cut(file, start):
    sound = np.fromfile(file, np.float32).reshape(-1, 2).astype(float)
    return sound[start:start + RATE * SECONDS] + 1e-9


def sounds(x):
    return np.mean(np.abs(x) > 1e-3) > .1


def take(pieces, part, rng):
    """A stretch of a part in which something sounds, if a few tries find one."""
    files = [f for piece in pieces for f in glob.glob(f"{piece}/{part}.f32")]
    for _ in range(20):
        sound = np.fromfile(files[rng.integers(len(files))], np.float32).reshape(-1, 2).astype(float)
        start = rng.integers(max(1, len(sound) - RATE * SECONDS))
        sound = sound[start:start + RATE * SECONDS]
        if sounds(sound):
            break
    return sound + 1e-9


def equalised(x, rng):
    """Tilted around a corner, and one band raised or lowered."""
    pole = rng.uniform(.8, .99)
    x = x + rng.uniform(-.6, .6) * (x - 2 * ss.lfilter([1 - pole], [1, -pole], x, axis=0))
    low = np.exp(rng.uniform(np.log(150), np.log(5000)))
    band = ss.butter(1, [low / 22050, low * rng.uniform(1.4, 3) / 22050], "band")
    return x + rng.uniform(-.6, 1) * ss.lfilter(*band, x, axis=0)


def pressed(x, rng):
    """Compressed: what is louder than a tenth of the highest level grows less."""
    level = np.sqrt(ss.lfilter([.001], [1, -.999], np.mean(x ** 2, axis=1))) + 1e-6
    return x * (level / level.max() + .1)[:, None] ** -rng.uniform(.2, .7)


def driven(x, rng):
    return np.tanh(x / np.abs(x).max() * rng.uniform(2, 10))


def in_a_room(x, longest, rng):
    length = int(rng.uniform(.2, longest) * RATE)
    room = rng.normal(0, 1, (length, 2)) * np.exp(-6.9 * np.arange(length) / length)[:, None]
    room = ss.lfilter(*ss.butter(1, rng.uniform(3000, 9000) / 22050), room, axis=0)
    wet = ss.fftconvolve(x, room / np.sqrt((room ** 2).sum(0)), axes=0)[:len(x)]
    return x + 10 ** (rng.uniform(-20, -6) / 20) * wet


def placed(x, part, rng):
    """Somewhere between the channels: wider or narrower, played twice, to one side, or in the middle."""
    middle, side = x.mean(1, keepdims=True), (x[:, :1] - x[:, 1:]) / 2
    width = rng.choice([0, 1, 1, rng.uniform(0, 2)])
    x = np.c_[middle + width * side, middle - width * side][:, rng.permutation(2)]
    if part in ("piano", "guitar", "rest") and rng.random() < .25:
        late = int(RATE * rng.uniform(.008, .028))
        x[late:, 1] = x[:-late, 0] if rng.random() < .7 else x[:-late, 1]
    if part in ("piano", "guitar", "rest") and rng.random() < .35:
        angle = rng.uniform(0, np.pi / 2)
        x = x.mean(1, keepdims=True) * np.sqrt(2) * np.array([[np.cos(angle), np.sin(angle)]])
    if part == "vocals" and rng.random() < .3:
        late = int(RATE * rng.uniform(.01, .3))
        x[late:] += rng.uniform(.1, .4) * x[:-late] * rng.choice([[1, 1], [1, -1], [1, 0], [0, 1]])
    return x


def mixed(pieces, together, rng):
    own = pieces[rng.integers(len(pieces))] if together or rng.random() < .3 else None
    stems, loudness, mono = {}, rng.uniform(-26, -16), rng.random() < .06
    start = rng.integers(RATE * 5) if together else None
    for part, absent in PARTS.items():
        there = own and os.path.exists(f"{own}/{part}.f32")
        if rng.random() < absent or together and not there:
            continue
        x = cut(f"{own}/{part}.f32", start) if together else take([own] if there and rng.random() < .8 else pieces, part, rng)
        if together and not sounds(x):
            continue
        for change, often in ((equalised, .6), (pressed, .4), (driven, {"guitar": .4, "rest": .15, "bass": .15}.get(part, 0))):
            x = change(x, rng) if rng.random() < often else x
        x = placed(x, part, rng)
        if part != "bass" and rng.random() < .6:
            x = in_a_room(x, .9 if part == "drums" else 2, rng)
        x *= 10 ** ((loudness + rng.normal(0, 4) + {"vocals": 1, "piano": -2, "guitar": -1, "rest": -2}.get(part, 0)) / 20) / np.sqrt(np.mean(x ** 2))
        x = np.repeat(x.mean(1, keepdims=True), 2, 1) if mono else x
        stem = part if part in STEMS else "other"
        stems[stem] = stems.get(stem, 0) + x
    return stems


if __name__ == "__main__":
    pieces = [p for p in sorted(glob.glob(sys.argv[1] + "/*")) if os.path.basename(p) not in TRIED]
    check = [p for p in pieces if zlib.crc32(os.path.basename(p).encode()) % 7 == 0]
    first, step = (int(sys.argv[4]), int(sys.argv[5])) if len(sys.argv) > 4 else (0, 1)
    for n in range(first, int(sys.argv[3]), step):
        rng = np.random.default_rng(n)
        kind, heard = ("check", check) if n % 8 == 7 else ("fit", [p for p in pieces if p not in check])
        os.makedirs(f"{sys.argv[2]}/{kind}_{n:03}", exist_ok=True)
        for stem, sound in mixed(heard, n % 16 >= 8, rng).items():
            sound.astype(np.float32).tofile(f"{sys.argv[2]}/{kind}_{n:03}/{stem}.f32")
