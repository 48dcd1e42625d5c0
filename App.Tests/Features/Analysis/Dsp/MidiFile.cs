using System.Buffers.Binary;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>A note of a MIDI file.</summary>
/// <param name="StartSeconds">From the beginning of the file.</param>
/// <param name="Channel">0 to 15; 9 is the drums.</param>
/// <param name="Pitch">0 to 127.</param>
internal readonly record struct MidiNote(double StartSeconds, int Channel, int Pitch);

/// <summary>Reads the beginnings of notes from standard MIDI files (format 0 and 1, ticks per quarter note).</summary>
internal static class MidiFile
{
    public static MidiNote[] Notes(ReadOnlySpan<byte> file)
    {
        var tracks = BinaryPrimitives.ReadInt16BigEndian(file[10..]);
        double ticksPerQuarter = BinaryPrimitives.ReadInt16BigEndian(file[12..]);
        var events = new List<(long Tick, int MicrosecondsPerQuarter, MidiNote Note)>();
        var at = 14;
        for (var track = 0; track < tracks; track++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(file[(at + 4)..]);
            ReadTrack(file.Slice(at + 8, length), events);
            at += 8 + length;
        }

        var notes = new List<MidiNote>();
        var (seconds, last, secondsPerTick) = (0.0, 0L, 0.5 / ticksPerQuarter);
        foreach (var (tick, tempo, note) in events.OrderBy(e => e.Tick))
        {
            (seconds, last) = (seconds + ((tick - last) * secondsPerTick), tick);
            if (tempo > 0)
            {
                secondsPerTick = tempo / 1e6 / ticksPerQuarter;
            }
            else
            {
                notes.Add(note with { StartSeconds = seconds });
            }
        }

        return [.. notes];
    }

    private static void ReadTrack(ReadOnlySpan<byte> track, List<(long Tick, int MicrosecondsPerQuarter, MidiNote Note)> events)
    {
        var (at, tick, status) = (0, 0L, (byte)0);
        while (at < track.Length)
        {
            tick += Number(track, ref at);
            var isMeta = track[at] == 0xff;
            if (isMeta || track[at] is 0xf0 or 0xf7)
            {
                var kind = track[at + 1];
                at += isMeta ? 2 : 1;
                var length = (int)Number(track, ref at);
                if (isMeta && kind == 0x51)
                {
                    events.Add((tick, (track[at] << 16) | (track[at + 1] << 8) | track[at + 2], default));
                }

                at += length;
                continue;
            }

            if (track[at] >= 0x80)
            {
                status = track[at++];
            }

            if (status >> 4 == 9 && track[at + 1] > 0)
            {
                events.Add((tick, 0, new(0, status & 15, track[at])));
            }

            at += status >> 4 is 0xc or 0xd ? 1 : 2;
        }
    }

    private static long Number(ReadOnlySpan<byte> track, ref int at)
    {
        long value = 0;
        byte part;
        do
        {
            part = track[at++];
            value = (value << 7) | (uint)(part & 0x7f);
        }
        while (part >= 0x80);

        return value;
    }
}
