using System.Buffers.Binary;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Demo;
using Downbeat.Tests.Score;
using Downbeat.Tests.Support;
using Part = Downbeat.Tests.Score.Stretch;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>The form of songs whose form is known because they are made here.</summary>
public sealed class FormTests
{
    private const double ToleranceSeconds = 3;
    private const double BorderFloor = 0.7;

    [Fact]
    public void The_form_of_the_demo_song_is_found()
    {
        var sections = Listen(DemoMono()).Sections;
        var truth = DemoSong.Facts.Sections;

        Assert.Equal(truth.Select(section => section.StartSeconds), sections.Select(section => section.StartSeconds), (a, b) => Math.Abs(a - b) < 2);
        Assert.Equal(truth.Select(section => section.Label), sections.Select(section => section.Label));
        Assert.Equal(sections[2].Group, sections[4].Group);
        Assert.Equal(5, sections.Select(section => section.Group).Distinct().Count());
    }

    [Theory]
    [InlineData("AABA")]
    [InlineData("ABAB")]
    [InlineData("VCVC")]
    [InlineData("VCVCDC")]
    public void Parts_of_a_form_are_found_and_repeats_share_a_group(string form)
    {
        var parts = form.Select(Part).ToArray();
        var starts = parts.Select((_, n) => (double)parts.Take(n).Sum(part => part.Length) / Level.SampleRate).ToArray();

        var sections = Listen([.. parts.SelectMany(part => part)]).Sections;

        Assert.True(BeatScore.F(starts[1..], [.. sections.Skip(1).Select(section => section.StartSeconds)], ToleranceSeconds) >= BorderFloor);
        // Two exact repeats in a row may be one part; each letter keeps one group and different letters have different ones.
        int[] groups = [.. starts.Select(start => sections.Last(section => section.StartSeconds <= start + ToleranceSeconds).Group)];
        Assert.Equal(form.Distinct().Count(), groups.Distinct().Count());
        Assert.Equal(form.Distinct().Count(), form.Zip(groups).Distinct().Count());
    }

    [Fact]
    public void Borders_and_groups_of_whole_songs_agree_with_their_form()
    {
        SynthForm[] songs =
        [
            new("IVCVCBCO", 104), new("IVPCVPCBCC", 126, seed: 2), new("VVCVBV", 116, seed: 3), new("IKUDKUDO", 128, seed: 4), new("VCVC", 150, 3, seed: 5), new("IVVCVCO", 170, seed: 6),
        ];
        var scores = songs.AsParallel().AsOrdered().Select(Score).ToArray();

        Console.WriteLine($"borders within 0.5 s {scores.Average(s => s.Close):0.000}, within 3 s {scores.Average(s => s.Near):0.000}, groups {scores.Average(s => s.Pairs):0.000}");
        Assert.True(scores.Average(s => s.Close) >= 0.9);
        Assert.True(scores.Average(s => s.Near) >= 0.9);
        Assert.True(scores.Average(s => s.Pairs) >= 0.9);
    }

    [Fact]
    public void A_drop_follows_a_rise_without_bass_and_is_called_so()
    {
        var song = new SynthForm("IKUDKUDO", 128, seed: 4);
        var sections = Listen(song.Sound).Sections;

        Assert.All([3, 6], n => Assert.Equal("drop", sections.MinBy(section => Math.Abs(section.StartSeconds - song.Starts[n]))!.Label));
        Assert.Equal(2, sections.Count(section => section.Label == "drop"));
    }

    [Fact]
    public void A_chorus_after_a_quiet_bridge_is_no_drop()
    {
        var sections = Listen(new SynthForm("IVCVCBCO", 104).Sound).Sections;

        Assert.Equal(["intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro"], sections.Select(section => section.Label == "breakdown" ? "bridge" : section.Label));
    }

    [Fact]
    public void A_song_without_beats_still_has_parts()
    {
        float[] Pad(int root) => Synth.Chords(24, [root, root + 12, root + 16, root + 19]);
        var heard = Listen([.. Pad(48), .. Synth.Noise(24).Zip(Pad(53), (a, b) => (0.5f * a) + b), .. Pad(48)]);

        Assert.Contains(heard.Sections, section => Math.Abs(section.StartSeconds - 24) < 3);
        Assert.Contains(heard.Sections, section => Math.Abs(section.StartSeconds - 48) < 3);
    }

    [Fact]
    public void A_song_without_change_is_one_part() => Assert.Single(Listen([.. Part('A'), .. Part('A'), .. Part('A'), .. Part('A')]).Sections);

    private static (double Close, double Near, double Pairs) Score(SynthForm song)
    {
        var sections = Listen(song.Sound).Sections;
        Part[] found = [.. sections.Select(section => new Part(section.StartSeconds, section.EndSeconds, $"{section.Group}"))];
        double[] ends = [.. song.Starts.Skip(1), song.DurationSeconds];
        Part[] truth = [.. song.Starts.Select((start, n) => new Part(n == 0 ? 0 : start, ends[n], $"{song.Form[n]}"))];
        return (SectionScore.Borders(truth, found, 0.5), SectionScore.Borders(truth, found, 3), SectionScore.Pairwise(truth, found));
    }

    /// <summary>Eight bars of 2 s: A and B are equally loud and differ in chords and colour; V is a quiet A, C a B with noise, D a quiet bridge.</summary>
    private static float[] Part(char name) => name switch
    {
        'A' => Band([48, 53, 55, 48, 57, 53, 50, 55], 8, 0.3),
        'V' => [.. Part('A').Select(sample => 0.6f * sample)],
        'C' => [.. Band([56, 51, 58, 56, 49, 51, 58, 56], 8, 0.7).Zip(Synth.Noise(16), (a, b) => a + (0.1f * b))],
        'D' => [.. Band([50, 57, 52, 59, 50, 57, 52, 59], 8, 0.1).Select(sample => 0.5f * sample)],
        'B' => Band([56, 51, 58, 56, 49, 51, 58, 56], 8, 0.7),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static float[] Band(int[] roots, int bars, double edge)
    {
        var sound = Synth.Clicks(120, bars * 2, 0);
        for (var n = 0; n < sound.Length; n++)
        {
            var root = roots[n / (2 * Level.SampleRate) % roots.Length];
            var seconds = (double)n / Level.SampleRate;
            var inBar = seconds % 2;
            var envelope = Math.Min(1, Math.Min(inBar, 2 - inBar) / 0.01);
            foreach (var interval in (int[])[-12, 12, root % 12 is 9 or 2 ? 15 : 16, 19])
            {
                var angle = 2 * Math.PI * Synth.Hz(root + interval) * seconds;
                sound[n] += (float)(0.08 * envelope * (Math.Sin(angle) + (edge * Math.Sin(3 * angle))));
            }
        }

        return sound;
    }

    private static float[] DemoMono()
    {
        using var wav = new MemoryStream();
        DemoSong.Write(wav, TestContext.Current.CancellationToken);
        var bytes = wav.ToArray().AsSpan(44);
        var mono = new float[bytes.Length / 8];
        for (var n = 0; n < mono.Length; n++)
        {
            // Two frames of two channels become one sample: 44 100 Hz stereo to 22 050 Hz mono.
            for (var k = 0; k < 4; k++)
            {
                mono[n] += BinaryPrimitives.ReadInt16LittleEndian(bytes[((n * 8) + (k * 2))..]) / (4f * 32768);
            }
        }

        return mono;
    }

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);
}
