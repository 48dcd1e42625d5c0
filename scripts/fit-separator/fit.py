"""
Fits one of the networks: fit.py 1|2 CUES TABLES [EARLIER] writes it into TABLES (ShareTables.cs), joined with that of Downbeat 1 if EARLIER is its ShareTables.cs. CUES is the folder that stem-cues wrote to.
"""
import glob
import re
import sys

import numpy as np

SOURCES, POINTS, UNITS, BATCH = 5, 10, 128, 2048
INPUTS = {1: 30, 2: 78}
EPOCHS, NOISE, RATE, FLOOR, CROSS = 5, .25, 3e-3, 3, .5


def load(pattern, inputs):
    """Cues and places of the points around each bin; what is there of each source; how much each bin weighs in its mix; where the mixes begin. Halves, for there are many."""
    cues, truth, loud, starts = [], [], [], [0]
    for file in sorted(glob.glob(pattern)):
        x = np.fromfile(file, np.float16).reshape(-1, inputs + SOURCES + 2)
        x = x[np.isfinite(x).all(1)]
        if not len(x):
            continue  # nobody plays
        place = np.clip(np.log2(np.maximum(x[:, -1].astype(np.float32), 1) * 44100 / 4096 / 30), 0, POINTS - 1.001)
        near = np.maximum(0, 1 - np.abs(place[:, None] - np.arange(POINTS)))
        weight = np.minimum(x[:, -2].astype(np.float32), 25)
        cues.append(np.c_[x[:, :inputs], near.astype(np.float16)])
        truth.append(np.clip(x[:, inputs:inputs + SOURCES], np.float16(-.3), np.float16(1.3)))
        loud.append(weight * len(x) / weight.sum())
        starts.append(starts[-1] + len(x))
    return np.concatenate(cues), np.concatenate(truth), np.concatenate(loud), starts


def weighed(data):
    """How much each bin weighs for each source. Decibels count: errors weigh against the energy that a source has in its mix, and where it has none, against a part of the mix."""
    weights = []
    for a, b in zip(data[3][:-1], data[3][1:]):
        energy = (data[2][a:b, None] * data[1][a:b].astype(np.float32) ** 2).mean(0)
        weights.append(data[2][a:b, None] / (energy + FLOOR))
    weights = np.concatenate(weights)
    return weights / weights.mean()


def shares(net, x):
    a = np.maximum(x @ net[0], 0)
    z = a @ net[1] + net[2]
    e = np.exp(z - z.max(1, keepdims=True))
    return a, e / e.sum(1, keepdims=True)


def fit(data, units, seed):
    """Adam on the weighted squared error, with some cross-entropy of the clearer bins so that nothing is stuck."""
    x, truth, weights = data[0], data[1], weighed(data)
    inputs, rng = x.shape[1] - POINTS, np.random.default_rng(seed)
    net = [rng.normal(0, .65 / np.sqrt(inputs), (x.shape[1], units)), rng.normal(0, .1, (units, SOURCES)), np.zeros(SOURCES)]
    net[0][inputs:] = rng.normal(0, .3, (POINTS, units))
    net = [p.astype(np.float32) for p in net]
    mean, square = [np.zeros_like(p) for p in net], [np.zeros_like(p) for p in net]
    steps = EPOCHS * (len(x) // BATCH)
    for step in range(1, steps + 1):
        if step % (len(x) // BATCH) == 1:
            order = rng.permutation(len(x))
        at = np.sort(order[(step - 1) % (len(x) // BATCH) * BATCH:][:BATCH])
        batch, known, w = x[at].astype(np.float32), truth[at].astype(np.float32), weights[at]
        batch[:, :inputs] += NOISE * rng.standard_normal((BATCH, inputs), np.float32)
        a, q = shares(net, batch)
        d = w * (q - known)
        g = 1.5 * q * (d - (d * q).sum(1, keepdims=True)) + CROSS * (q - known) * w.mean(1, keepdims=True)
        g = np.clip(g, -20, 20) / BATCH
        back = (g @ net[1].T) * (a > 0)
        rate = RATE * .5 * (1 + np.cos(np.pi * step / steps)) + 1e-5
        for n, slope in enumerate((batch.T @ back, a.T @ g, g.sum(0))):
            slope = slope + (1e-4 * net[n] if n < 2 else 0)
            mean[n] = .9 * mean[n] + .1 * slope
            square[n] = .99 * square[n] + .01 * slope ** 2
            net[n] = net[n] - (rate * (mean[n] / (1 - .9 ** step)) / (np.sqrt(square[n] / (1 - .99 ** step)) + 1e-8)).astype(np.float32)
    return net


def decibels(net, data):
    """For each source the mean over the mixes of the ratio of its energy to that of the error, about as the ear of a score hears it; piano counts as other."""
    x, truth, loud, starts = data
    ratios = []
    four = lambda s: np.c_[s[:, :3], s[:, 3] + s[:, 4]]
    for a, b in zip(starts[:-1], starts[1:]):
        w, t, e = loud[a:b, None], four(truth[a:b].astype(np.float32)), four(shares(net, x[a:b].astype(np.float32))[1])
        energy, wrong = (w * t ** 2).mean(0), (w * (t - e) ** 2).mean(0)
        ratios.append(10 * np.log10(np.where(energy > .002, energy / wrong, np.nan)))
    return np.nanmean(ratios, 0)


def rounded(net):
    """A network as a table has it: for each unit its weights, then for each source its weights and its offset, in units of 1/1024."""
    units, sources = net[0].T, np.c_[net[1].T, net[2]]
    return [np.clip(np.round(rows * 1024), -32768, 32767).astype(int) for rows in (units, sources)]


def pattern_of(look):
    return {1: "First", 2: "Second"}[look] + r"Table =>\n    \[\n(.*?)\n    \];"


def earlier(look, path):
    """The table of Downbeat 1. Its second look had six cues for each source where there are eight now, and none after them: the new ones weigh nothing."""
    rows = [np.array([int(v) for v in line.strip(" ,").split(",")]) for line in re.search(pattern_of(look), open(path).read(), re.S).group(1).splitlines()]
    units, sources = np.array(rows[:-SOURCES]), np.array(rows[-SOURCES:])
    if look == 2:
        old, units = units, np.zeros((len(units), INPUTS[2] + POINTS), int)
        units[:, :30], units[:, -POINTS:] = old[:, :30], old[:, -POINTS:]
        for source in range(SOURCES):
            units[:, 30 + 8 * source:36 + 8 * source] = old[:, 30 + 6 * source:36 + 6 * source]
    return units, sources


def joined(a, b):
    """The mean of what two networks say before the softmax, as one network."""
    weights = np.c_[a[1][:, :-1], b[1][:, :-1], a[1][:, -1] + b[1][:, -1]] / 2
    return np.concatenate([a[0], b[0]]), np.round(weights).astype(int)


def write(table, look, path):
    lines = "".join("        " + ", ".join(map(str, row)) + ",\n" for rows in table for row in rows)
    text, found = open(path).read(), pattern_of(look)
    start, end = re.search(found, text, re.S).span(1)
    open(path, "w").write(text[:start] + lines.rstrip("\n") + text[end:])


if __name__ == "__main__":
    look, folder, path = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    data, check = (load(f"{folder}/{kind}_*.cues", INPUTS[look]) for kind in ("fit", "check"))
    net = fit(data, UNITS, 1)
    print("vocals, drums, bass, other of the mixes to check by: " + " ".join(f"{v:.2f}" for v in decibels(net, check)))
    write(joined(earlier(look, sys.argv[4]), rounded(net)) if len(sys.argv) > 4 else rounded(net), look, path)
