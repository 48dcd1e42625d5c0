"""Plays MIDI pieces part by part: render.py OUT [n of m] writes OUT/<piece>/<part>.f32 (float32, stereo, 44.1 kHz) for vocals, drums, bass, piano, guitar and rest."""
import glob
import io
import os
import struct
import subprocess
import sys
import tempfile
import zlib

import mido
import numpy as np
import voices

RATE, SECONDS = 44100, 14
SOUNDFONTS = ["sf2/TimGM6mb.sf2", "sf2/FluidR3_GM.sf2", "sf3/MuseScore_General_Lite.sf3", "sf3/FluidR3Mono_GM.sf3"]
DRUMKITS = sorted(glob.glob("/usr/share/sounds/sf2/*_LV2.sf2"))  # made for one channel: bank 0


def pieces():
    """Name and MIDI data of all pieces."""
    for path in sorted(glob.glob("/usr/share/planetblupi/music/*.mid") + glob.glob("/usr/share/games/openttd/baseset/openmsx/*.mid")):
        yield os.path.basename(path)[:-4], open(path, "rb").read()
    for wad in ("freedoom1", "freedoom2"):  # a wad ends with places, sizes and names of what is in it
        data = open(f"/usr/share/games/doom/{wad}.wad", "rb").read()
        count, table = struct.unpack("<ii", data[4:12])
        for place, size, name in struct.iter_unpack("<ii8s", data[table:table + 16 * count]):
            if data[place:place + 4] == b"MThd":
                yield wad + name.strip(b"\0").decode()[1:].lower(), data[place:place + size]


def part_of(channel, program):
    if channel == 9 or 112 <= program <= 119:
        return "drums"
    if program >= 120:
        return None
    return "bass" if 32 <= program <= 39 else "piano" if program <= 5 else "guitar" if 24 <= program <= 31 else "rest"


def busiest(events):
    """Where the stretch with most notes begins; a channel counts up to eight."""
    times = {}
    for time, event in events:
        if event.type == "note_on" and event.velocity:
            times.setdefault(event.channel, []).append(time)
    return max(np.arange(0, max(1, events[-1][0] - SECONDS), 3), key=lambda s: sum(min(8, sum(s <= t < s + SECONDS for t in ts)) for ts in times.values()))


def melody(events, channel):
    """The highest line of a channel as (start, length, key)."""
    notes, since = [], None
    for time, event in events:
        if event.channel != channel or event.type not in ("note_on", "note_off"):
            continue
        starts = event.type == "note_on" and event.velocity > 0
        if since and (event.note == since[1] or (starts and time > since[0] + .08)):
            notes.append((since[0], time - since[0], since[1]))
            since = None
        if starts and (since is None or event.note > since[1]):
            since = (time, event.note)
    return [note for note in notes if note[1] > .05]


def play(part, events, programs, controls, rng):
    """One part, played by a random SoundFont."""
    kit = part == "drums" and DRUMKITS and rng.random() < .5
    font = DRUMKITS[rng.integers(len(DRUMKITS))] if kit else "/usr/share/sounds/" + SOUNDFONTS[rng.integers(len(SOUNDFONTS))]
    track, now = mido.MidiTrack(), 0
    for channel in {e.channel for _, e in events}:
        to = 0 if kit else channel
        track.append(mido.Message("program_change", channel=to, program=0 if kit else programs[channel]))
        for control, value in controls[channel].items():
            track.append(mido.Message("control_change", channel=to, control=control, value=value))
        centre = part in ("bass", "drums") or rng.random() < .2
        pan = 64 if centre else int(np.clip(64 + rng.choice([-1, 1]) * rng.uniform(8, 64), 0, 127))
        track.append(mido.Message("control_change", channel=to, control=10, value=pan))
    for time, event in events:
        if event.type == "program_change" and kit or event.type == "control_change" and event.control not in (1, 7, 11, 64):
            continue
        track.append(event.copy(time=max(0, int(time * 960) - now), **({"channel": 0} if kit else {})))
        now = max(now, int(time * 960))
    file = mido.MidiFile(type=0, ticks_per_beat=480)
    file.tracks.append(track)
    wet = "1" if part != "bass" and rng.random() < .5 else "0"
    with tempfile.NamedTemporaryFile(suffix=".mid") as midi:
        file.save(midi.name)
        synth = subprocess.Popen(["fluidsynth", "-ni", "-o", "synth.dynamic-sample-loading=1", "-g", ".4", "-R", wet, "-C", wet, "-r", str(RATE), "-O", "float", "-T", "raw", "-F", "/dev/stdout", font, midi.name],
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        raw = synth.stdout.read(8 * RATE * SECONDS)
        synth.kill()
        synth.wait()
    sound = np.zeros((RATE * SECONDS, 2), np.float32)
    sound.ravel()[:len(raw) // 4] = np.frombuffer(raw[:len(raw) // 4 * 4], np.float32)
    return sound


def render(name, data, out):
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    events, now = [], 0
    for message in mido.MidiFile(file=io.BytesIO(data)):
        now += message.time
        if hasattr(message, "channel") and now < 240:
            events.append((now, message))
    start = busiest(events)
    programs, controls, parts = dict.fromkeys(range(16), 0), {c: {} for c in range(16)}, {}
    for time, event in events:
        if event.type == "program_change" and time < start + 1:
            programs[event.channel] = event.program
        elif event.type == "control_change" and time < start and event.control in (1, 7, 11, 64):
            controls[event.channel][event.control] = event.value
    events = [(time - start, event) for time, event in events if start <= time < start + SECONDS]
    for channel in {e.channel for _, e in events if e.type == "note_on"}:
        parts.setdefault(part_of(channel, programs[channel]), []).append(channel)
    lines = {c: melody(events, c) for p in ("guitar", "rest", "piano") for c in parts.get(p, [])}
    lines = {c: notes for c, notes in lines.items() if len(notes) > 8}
    sounds = {}
    if lines:  # somebody sings the highest line that is neither bare nor crowded; most often in the place of the instrument
        lead = max(lines, key=lambda c: np.mean([key for _, _, key in lines[c]]) - .3 * abs(len(lines[c]) - 45))
        shift = 12 * round((rng.choice([55, 65]) + rng.uniform(-4, 4) - np.median([key for _, _, key in lines[lead]])) / 12)
        sounds["vocals"] = np.repeat(voices.sing([(t, d, key + shift) for t, d, key in lines[lead]], SECONDS, rng)[:, None], 2, 1)
        if rng.random() < .7:
            parts = {part: [c for c in channels if c != lead] for part, channels in parts.items()}
    for part, channels in parts.items():
        if part and channels:
            sounds[part] = play(part, [(t, e) for t, e in events if e.channel in channels], programs, controls, rng)
    os.makedirs(f"{out}/{name}", exist_ok=True)
    for part, sound in sounds.items():
        if np.sqrt(np.mean(sound ** 2)) > 1e-4:
            sound.astype(np.float32).tofile(f"{out}/{name}/{part}.f32")
    print(name, *sorted(sounds), flush=True)


if __name__ == "__main__":
    first, step = (int(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 2 else (0, 1)
    for piece in list(pieces())[first::step]:
        render(*piece, sys.argv[1])
