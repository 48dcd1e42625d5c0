"""Fits one of the networks: fit.py 1|2 CUES TABLES writes it into TABLES (ShareTables.cs). CUES is the folder that stem-cues wrote to."""
import glob
import re
import sys

import numpy as np

SOURCES, POINTS, UNITS, BATCH = 5, 10, 64, 2048
INPUTS = {1: 30, 2: 60}
EPOCHS, NOISE, RATE, FLOOR, CROSS = 4, .25, 3e-3, 3, .5


def load(pattern, inputs):
    """Cues and places of the points around each bin; what is there of each source; how much each bin weighs for each source; where the mixes begin."""
    found = [np.fromfile(f, np.float16).reshape(-1, inputs + SOURCES + 2).astype(np.float32) for f in sorted(glob.glob(pattern))]
    cues, truth, weights = [], [], []
    for x in found:
        x = x[np.isfinite(x).all(1)]
        place = np.clip(np.log2(np.maximum(x[:, -1], 1) * 44100 / 4096 / 30), 0, POINTS - 1.001)
        near = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(POINTS)))
        target = np.clip(x[:, inputs:inputs + SOURCES], -.3, 1.3)
        loud = np.minimum(x[:, -2], 25)
        loud /= loud.sum()
        # Decibels count: errors weigh against the energy that a source has in its mix, and where it has none, against a part of the mix.
        energy = (loud[:, None] * target ** 2).sum(0)
        cues.append(np.c_[x[:, :inputs], near])
        truth.append(target)
        weights.append(loud[:, None] * len(x) / (energy + FLOOR))
    return np.concatenate(cues), np.concatenate(truth), np.concatenate(weights), np.cumsum([0] + [len(c) for c in cues])


def shares(net, x):
    a = np.maximum(x @ net[0], 0)
    z = a @ net[1] + net[2]
    e = np.exp(z - z.max(1, keepdims=True))
    return a, e / e.sum(1, keepdims=True)


def fit(data, units, seed):
    """Adam on the weighted squared error, with some cross-entropy of the clearer bins so that nothing is stuck."""
    x, truth, weights = data[:3]
    weights = weights / weights.mean()
    inputs, rng = x.shape[1] - POINTS, np.random.default_rng(seed)
    net = [rng.normal(0, .65 / np.sqrt(inputs), (x.shape[1], units)), rng.normal(0, .1, (units, SOURCES)), np.zeros(SOURCES)]
    net[0][inputs:] = rng.normal(0, .3, (POINTS, units))
    net = [p.astype(np.float32) for p in net]
    mean, square = [np.zeros_like(p) for p in net], [np.zeros_like(p) for p in net]
    steps = EPOCHS * (len(x) // BATCH)
    for step in range(1, steps + 1):
        if step % (len(x) // BATCH) == 1:
            order = rng.permutation(len(x))
        at = order[(step - 1) % (len(x) // BATCH) * BATCH:][:BATCH]
        batch, w = x[at], weights[at]
        batch[:, :inputs] += NOISE * rng.standard_normal((BATCH, inputs), np.float32)
        a, q = shares(net, batch)
        d = w * (q - truth[at])
        g = 1.5 * q * (d - (d * q).sum(1, keepdims=True)) + CROSS * (q - truth[at]) * w.mean(1, keepdims=True)
        g = np.clip(g, -20, 20) / BATCH
        back = (g @ net[1].T) * (a > 0)
        rate = RATE * .5 * (1 + np.cos(np.pi * step / steps)) + 1e-5
        for n, slope in enumerate((batch.T @ back, a.T @ g, g.sum(0))):
            slope = slope + (1e-4 * net[n] if n < 2 else 0)
            mean[n] = .9 * mean[n] + .1 * slope
            square[n] = .99 * square[n] + .01 * slope ** 2
            net[n] = net[n] - (rate * (mean[n] / (1 - .9 ** step)) / (np.sqrt(square[n] / (1 - .99 ** step)) + 1e-8)).astype(np.float32)
    return net


def joined(nets):
    """The mean of what several networks say before the softmax, as one network."""
    return [np.concatenate([n[0] for n in nets], 1), np.concatenate([n[1] for n in nets]) / len(nets), sum(n[2] for n in nets) / len(nets)]


def decibels(net, data):
    """For each source the mean over the mixes of the ratio of its energy to that of the error, about as the ear of a score hears it; piano counts as other."""
    x, truth, weights, starts = data
    q, ratios = shares(net, x)[1], []
    four = lambda s: np.c_[s[:, :3], s[:, 3] + s[:, 4]]
    for a, b in zip(starts[:-1], starts[1:]):
        w, t, e = weights[a:b, :1] / weights[a:b, :1].mean(), four(truth[a:b]), four(q[a:b])
        energy, wrong = (w * t ** 2).mean(0), (w * (t - e) ** 2).mean(0)
        ratios.append(10 * np.log10(np.where(energy > .002, energy / wrong, np.nan)))
    return np.nanmean(ratios, 0)


def write(net, look, path):
    lines = [np.r_[net[0][:, u]] for u in range(net[0].shape[1])] + [np.r_[net[1][:, s], net[2][s]] for s in range(SOURCES)]
    lines = [", ".join(str(int(v)) for v in np.clip(np.round(line * 1024), -32768, 32767)) for line in lines]
    name = {1: "First", 2: "Second"}[look]
    text = open(path).read()
    table = f"{name}Table =>\n    [\n" + "".join(f"        {line},\n" for line in lines) + "    ];"
    open(path, "w").write(re.sub(name + r"Table =>\n    \[\n.*?\n    \];", lambda _: table, text, flags=re.S))


if __name__ == "__main__":
    look, folder, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    data, check = (load(f"{folder}/{kind}_*.cues", INPUTS[look]) for kind in ("fit", "check"))
    net = joined([fit(data, UNITS // 2, seed) for seed in (1, 2)])
    print("vocals, drums, bass, other of the mixes to check by: " + " ".join(f"{v:.2f}" for v in decibels(net, check)))
    write(net, look, path)
