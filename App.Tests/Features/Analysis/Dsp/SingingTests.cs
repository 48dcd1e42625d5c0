using System.Globalization;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>Where somebody sings, against the note times of karaoke files.</summary>
public sealed class SingingTests(ITestOutputHelper output)
{
    private const double PauseSeconds = 0.6;

    [Theory]
    [InlineData("monkey_shines", "mp3", 0.75)]
    [InlineData("mr_fancy_pants", "mp3", 0.9)]
    [InlineData("northern_star", "ogg", 0.85)]
    public async Task Voices_of_recorded_songs_are_found(string name, string ending, double floor)
    {
        var mono = await Decoded.MonoAsync($"audio/{name}.{ending}");
        var truth = Sung(await File.ReadAllLinesAsync(TestData.PathOf($"audio/{name}.ultrastar.txt"), TestContext.Current.CancellationToken));
        var heard = Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);

        var (both, either) = (0, 0);
        for (var t = 0.0; t < heard.DurationSeconds; t += 0.05)
        {
            var (isTrue, isFound) = (truth.Any(span => span.Start <= t && t < span.End), heard.Voice.Any(span => span.StartSeconds <= t && t < span.EndSeconds));
            (both, either) = (both + (isTrue && isFound ? 2 : 0), either + (isTrue ? 1 : 0) + (isFound ? 1 : 0));
        }

        var f = (double)both / either;
        output.WriteLine($"{name}: voice F {f:0.000}");
        Console.WriteLine($"{name}: voice F {f:0.000}");
        Assert.InRange(f, floor, 1);
    }

    [Fact]
    public void A_trembling_voice_stands_out_from_held_chords()
    {
        var sound = Synth.Chords(20, [48, 60, 64, 67]);
        for (var (n, phase) = (8 * Level.SampleRate, 0.0); n < 14 * Level.SampleRate; n++)
        {
            phase += 2 * Math.PI * 330 * Math.Pow(2, 0.6 / 12 * Math.Sin(2 * Math.PI * 5.5 * n / Level.SampleRate)) / Level.SampleRate;
            sound[n] += (float)(0.15 * Enumerable.Range(1, 6).Sum(h => Math.Sin(h * phase) / h));
        }

        var voice = Assert.Single(Listening.Listen(sound, null, null, TestContext.Current.CancellationToken).Voice);

        Assert.InRange(voice.StartSeconds, 7.3, 8.7);
        Assert.InRange(voice.EndSeconds, 13.3, 14.7);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.97f)]
    [InlineData(-0.9f)]
    public void Noise_of_any_colour_has_no_voice(float memory)
    {
        var last = 0f;
        float[] noise = [.. Synth.Noise(20).Select(sample => last = sample + (memory * last))];

        Assert.Empty(Listening.Listen(noise, null, null, TestContext.Current.CancellationToken).Voice);
    }

    [Fact]
    public void Held_chords_and_kicks_have_no_voice() =>
        Assert.All(
            (float[][])[Synth.Chords(20, [48, 60, 64, 67]), SynthSong.Play(Groove.FourOnTheFloor, SynthSong.Beat(120, 20), harmony: false).Sound],
            sound => Assert.Empty(Listening.Listen(sound, null, null, TestContext.Current.CancellationToken).Voice));

    [Fact]
    public void Silence_has_no_voice() => Assert.Empty(Listening.Listen(Synth.Silence(5), null, null, TestContext.Current.CancellationToken).Voice);

    private static List<(double Start, double End)> Sung(string[] lines)
    {
        var secondsPerStep = 15 / Number(lines, "#BPM:");
        var spans = new List<(double Start, double End)>();
        foreach (var parts in lines.Where(line => line.StartsWith(": ", StringComparison.Ordinal) || line.StartsWith("* ", StringComparison.Ordinal)).Select(line => line.Split(' ')))
        {
            var start = (Number(lines, "#GAP:") / 1000) + (int.Parse(parts[1], CultureInfo.InvariantCulture) * secondsPerStep);
            var end = start + (int.Parse(parts[2], CultureInfo.InvariantCulture) * secondsPerStep);
            if (spans.Count > 0 && start - spans[^1].End < PauseSeconds)
            {
                spans[^1] = (spans[^1].Start, end);
            }
            else
            {
                spans.Add((start, end));
            }
        }

        return spans;
    }

    private static double Number(string[] lines, string tag) =>
        double.Parse(lines.First(line => line.StartsWith(tag, StringComparison.Ordinal))[tag.Length..].Replace(',', '.'), CultureInfo.InvariantCulture);
}
