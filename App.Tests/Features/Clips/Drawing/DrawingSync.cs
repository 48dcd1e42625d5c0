using Downbeat.Features.Clips.Drawing;

namespace Downbeat.Tests.Features.Clips.Drawing;

/// <summary>
/// <c>drawing-sync [--visuals a,b]</c>: how well each visual moves with the sound. Twelve seconds of the demo song's loudest part are drawn; what is compared is how far the picture, or its
/// brightness, changes from one frame to the next, and how far the sound's spectrum rises (spectral flux, Dixon 2006), both with their mean over a tenth of a second. Beside the correlation stands
/// the one with the sound half a beat later, which is what pictures have that only move at the same pace.
/// </summary>
internal static class DrawingSync
{
    private const int FramesPerSecond = 30;
    private const int Seconds = 12;
    private const int MostLag = 3;

    public static int Run(string[] options)
    {
        var chosen = options is ["--visuals", var names] ? names.Split(',') : null;
        var song = DemoMusic.Song;
        var pulse = song.Pulse(song.Drop, Seconds);
        var halfBeat = (int)Math.Round(30 * FramesPerSecond / song.Analysis.Bpm);
        var flux = Smooth([.. Enumerable.Range(0, (Seconds * FramesPerSecond) + halfBeat + 1).Select(frame => Flux(pulse, frame))]);
        Console.WriteLine("visual         movement  half a beat off   brightness  half a beat off");
        foreach (var visual in Visuals.All.Where(visual => chosen?.Contains(visual.Name) ?? true))
        {
            var frames = VisualTests.Small(VisualTests.Drawing(visual.Name, "abstract", Seconds), pulse, [.. Enumerable.Range(0, Seconds * FramesPerSecond)]);
            var movement = Smooth([.. frames.Zip(frames.Skip(1), VisualTests.Difference)]);
            var light = Smooth([.. frames.Zip(frames.Skip(1), (first, second) => Math.Max(0, second.Average(value => value) - first.Average(value => value)))]);
            Console.WriteLine(FormattableString.Invariant(
                $"{visual.Name,-14} {Best(movement, flux, 0),8:0.00} {Best(movement, flux, halfBeat),16:0.00} {Best(light, flux, 0),12:0.00} {Best(light, flux, halfBeat),16:0.00}"));
        }

        return 0;
    }

    // The picture may be up to a tenth of a second behind the sound.
    private static double Best(double[] seen, double[] heard, int shift) =>
        Enumerable.Range(0, MostLag).Max(lag => Correlation([.. seen.Skip(lag)], [.. heard.Skip(1 + shift).Take(seen.Length - lag)]));

    private static double Flux(Pulse pulse, int frame)
    {
        var (now, before) = (pulse.At((double)frame / FramesPerSecond).Bands, pulse.At((frame - 1.0) / FramesPerSecond).Bands);
        return now.Zip(before, (loud, quiet) => Math.Max(0, loud - quiet)).Sum();
    }

    private static double[] Smooth(double[] values) => [.. values.Select((_, i) => values.Skip(Math.Max(0, i - 1)).Take(3).Average())];

    private static double Correlation(double[] first, double[] second)
    {
        var count = Math.Min(first.Length, second.Length);
        var (a, b) = (first[..count], second[..count]);
        var (meanA, meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
