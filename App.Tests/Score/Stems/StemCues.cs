using System.Runtime.InteropServices;
using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Separation;
using Downbeat.Signals;

namespace Downbeat.Tests.Score.Stems;

/// <summary>
/// What the networks of Downbeat's separator see of mixes whose parts are known, to be fitted to (scripts/fit-separator). <c>dotnet run -c Release --project App.Tests -- stem-cues 1|2 [folder to write] [folder of a mix ...]</c>: the
/// number says which look, and a mix is a folder of <c>vocals.f32</c> and so on (stereo, 44.1 kHz). Bins of each mix are written, the likelier the louder they are, as rows of halves: the cues; how much of the mix each source
/// is there (projected onto it, so that squared errors are those of the sound); how much the bin weighs; its number.
/// </summary>
internal static class StemCues
{
    private const double BinsPerFrame = 25;
    private const double FramesTaken = 0.4;
    private static readonly string[] Names = [StemNames.Vocals, StemNames.Drums, StemNames.Bass, StemNames.Piano, StemNames.Other];

    public static async Task<int> RunAsync(string[] words)
    {
        if (words is not [("1" or "2") and var look, var target, .. var mixes] || !Directory.Exists(target))
        {
            await Console.Error.WriteLineAsync("stem-cues 1|2 [folder to write] [folder of a mix ...]");
            return 1;
        }

        foreach (var mix in mixes)
        {
            var rows = Rows([.. Names.Select(name => Read(Path.Combine(mix, name + ".f32")))], look == "2");
            await File.WriteAllBytesAsync(Path.Combine(target, Path.GetFileName(mix) + ".cues"), MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(rows)).ToArray());
        }

        return 0;
    }

    private static List<Half> Rows(float[][] sounds, bool again)
    {
        var random = new Random(1);
        var hops = sounds.Max(sound => sound.Length) / 2 / SongGrid.Hop / SongGrid.Ratio * SongGrid.Ratio;
        var players = sounds.Select(sound => Block(sound, hops * SongGrid.Hop)).ToArray();
        var mix = new StereoBlock(hops * SongGrid.Hop);
        foreach (var (player, channel) in players.SelectMany(player => (IEnumerable<(StereoBlock, int)>)[(player, 0), (player, 1)]))
        {
            Vectors.Add(player.Channels[channel], mix.Channels[channel]);
        }

        var loudness = Math.Sqrt((Vectors.Dot(mix.Left, mix.Left) + Vectors.Dot(mix.Right, mix.Right)) / mix.Frames);
        var song = new SongStretch(hops, loudness);
        song.Take(mix, song.Hops, CancellationToken.None);
        var cues = new Cues(song);
        cues.Take(song.Hops, CancellationToken.None);

        // A voice that sings in these seconds may be silent in the rest of its song.
        var second = again ? Second(song, cues, sounds[0].Length > 0 ? 0.4 + (0.6 * random.NextDouble()) : 1) : null;
        var inputs = Cues.Count + (again ? SecondLook.Count : 0);
        var stft = new Stft(SongGrid.Window, SongGrid.Hop);
        var truth = players.Select(player => (Left: stft.Forward(player.Left, 0, song.Frames), Right: stft.Forward(player.Right, 0, song.Frames))).ToArray();
        var amplitude = Enumerable.Range(0, song.Frames).Average(frame => song.Power.Row(frame).ToArray().Average(MathF.Sqrt));
        var (rows, row) = (new List<Half>(), new float[inputs * ShareNetwork.Stride]);
        foreach (var frame in Enumerable.Range(0, song.Frames).Where(_ => random.NextDouble() < FramesTaken))
        {
            cues.Fill(frame, row);
            second?.Fill(frame, row.AsSpan(Cues.Count * ShareNetwork.Stride));
            for (var k = 1; k < SongGrid.Bins; k++)
            {
                var loud = MathF.Sqrt(song.Power.Row(frame)[k]) / amplitude;
                if (random.NextDouble() * SongGrid.Bins < loud * BinsPerFrame / FramesTaken)
                {
                    rows.AddRange(Enumerable.Range(0, inputs).Select(input => (Half)row[(input * ShareNetwork.Stride) + k]));
                    rows.AddRange(truth.Select(source => (Half)Projection(source.Left, song.LeftSpectra, source.Right, song.RightSpectra, frame, k)));
                    rows.AddRange([(Half)loud, (Half)k]);
                }
            }
        }

        return rows;
    }

    private static SecondLook Second(SongStretch song, Cues cues, double sung)
    {
        var look = new Look(ShareTables.First, song);
        look.Through(0, song.Frames, song.Hops, cues.Fill, CancellationToken.None);
        var shares = look.Shares;
        var (sums, total, row) = (new double[ShareNetwork.Sources], 1e-9, new float[SongGrid.Bins]);
        for (var frame = 0; frame < song.Frames; frame++)
        {
            Vectors.SquareRoots(song.Power.Row(frame), row);
            total += Vectors.Sum(row);
            for (var source = 0; source < sums.Length; source++)
            {
                sums[source] += Vectors.Dot(row, shares[source].Row(frame));
            }
        }

        sums[0] *= sung;
        var second = new SecondLook(shares, .., song.Power, cues.Repetition, [.. sums.Select(sum => (float)(sum / total))]);
        second.Take(song.Hops, CancellationToken.None);
        return second;
    }

    private static float Projection(Spectra left, Spectra mixLeft, Spectra right, Spectra mixRight, int frame, int k)
    {
        var (product, power) = (0f, 1e-12f);
        foreach (var (source, mix) in ((Spectra, Spectra)[])[(left, mixLeft), (right, mixRight)])
        {
            var (re, im) = (mix.Real(frame)[k], mix.Imaginary(frame)[k]);
            product += (source.Real(frame)[k] * re) + (source.Imaginary(frame)[k] * im);
            power += (re * re) + (im * im);
        }

        return Math.Clamp(product / power, -4, 4);
    }

    private static float[] Read(string path) => File.Exists(path) ? MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(path)).ToArray() : [];

    private static StereoBlock Block(float[] sound, int frames)
    {
        var block = new StereoBlock(frames);
        for (var n = 0; n < Math.Min(frames, sound.Length / 2); n++)
        {
            (block.Left[n], block.Right[n]) = (sound[2 * n], sound[(2 * n) + 1]);
        }

        return block;
    }
}
