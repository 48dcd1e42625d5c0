using System.Globalization;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Networks;
using Downbeat.Tests.Features.Analysis.Dsp;
using Downbeat.Tests.Networks;
using Downbeat.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Downbeat.Tests.Features.Analysis.Networks;

/// <summary>The real networks on real recordings.</summary>
public sealed class EarNetworksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("audio/808kick120bpm.mp3", 0, 120)]
    [InlineData("audio/blupi4_first90s.ogg", -0.055, 104)]
    public async Task BeatNet_is_surest_at_the_beats(string file, double origin, double tempo)
    {
        var beats = (await HearAsync(file)).Beats!;
        float[] sure = [.. beats.Beat.Zip(beats.Downbeat, (beat, downbeat) => beat + downbeat)];
        Assert.All(sure, value => Assert.InRange(value, 0, 1.0001f));
        var duration = sure.Length / BeatActivations.FramesPerSecond;
        var on = BeatScore.Grid(origin, tempo, duration - 1).Where(beat => beat > 1).Average(Strongest);
        var off = BeatScore.Grid(origin + (30 / tempo), tempo, duration - 1).Where(beat => beat > 1).Average(Strongest);
        Assert.InRange(on, 0.6, 1);
        Assert.InRange(off, 0, on / 4);

        double Strongest(double seconds) => sure.AsSpan((int)Math.Round(seconds * BeatActivations.FramesPerSecond) - 2, 5).ToArray().Max();
    }

    [Fact]
    public async Task BeatNet_beats_time_in_a_waltz_and_with_it_our_own_engine_counts_to_three()
    {
        var mono = await Decoded.MonoAsync("audio/sweet_waltz.ogg");
        using var shelf = Shelves.Ears();
        var beats = (await new EarNetworks(shelf, NullLogger<EarNetworks>.Instance).ListenAsync(mono, Stop)).Beats!;
        float[] sure = [.. beats.Beat.Zip(beats.Downbeat, (beat, downbeat) => beat + downbeat)];
        var mean = sure.Average();

        // At 150 beats a minute a beat is 20 frames long.
        Assert.True(Echo(20) > 0.01 && Echo(40) > 0.01 && Echo(10) < 0 && Echo(30) < 0, $"{Echo(10)} {Echo(20)} {Echo(30)} {Echo(40)}");
        var heard = Listening.Listen(mono, beats, null, Stop);
        Assert.Equal(3, heard.BeatsPerBar);
        Assert.Equal(150, heard.TempoBpm, 0.5);

        double Echo(int lag) => sure.Skip(lag).Zip(sure, (a, b) => (a - mean) * (b - mean)).Average();
    }

    [Fact]
    public async Task A_gain_and_an_offset_change_nothing_that_the_networks_say()
    {
        var mono = await Decoded.MonoAsync("audio/808kick120bpm.mp3");
        using var shelf = Shelves.Ears();
        var ear = new EarNetworks(shelf, NullLogger<EarNetworks>.Instance);
        var plain = await ear.ListenAsync(mono, Stop);
        float[] other = [.. mono.Select(sample => (0.05f * sample) + 0.01f)];
        var changed = await ear.ListenAsync(other, Stop);

        Assert.All(plain.Beats!.Beat.Zip(changed.Beats!.Beat), pair => Assert.Equal(pair.First, pair.Second, 0.01f));
        Assert.Equal(plain.Tags!.Genre!.Name, changed.Tags!.Genre!.Name);
        Assert.Equal(plain.Tags.Tags[0].Name, changed.Tags.Tags[0].Name);
    }

    [Theory]
    [InlineData("audio/trumpet_90bpm_F.ogg", "jazz", "trumpet")]
    [InlineData("audio/ragtime.ogg", "jazz", "piano")]
    [InlineData("audio/808kick120bpm.mp3", "electronic", "drum machine")]
    [InlineData("audio/hungarian_dance5.ogg", "classical", "orchestra")]
    [InlineData("audio/speech_female.ogg", "", "speech")]
    public async Task Genres_and_instruments_are_named(string file, string genre, string tag)
    {
        var findings = await HearAsync(file);
        Assert.Equal("Downbeat DSP + BeatNet + MusiCNN + YAMNet", findings.Engine);
        Assert.Equal(genre, findings.Tags!.Genre!.Name);
        Assert.Contains(findings.Tags.Tags, found => found.Name == tag && found.Confidence is > 0.05 and <= 1);
    }

    [Theory]
    [InlineData("audio/vocadito_10.wav", 0.9, 1)]
    [InlineData("audio/speech_female.ogg", 0.9, 1)]
    [InlineData("audio/ragtime.ogg", 0, 0.1)]
    [InlineData("audio/sweet_waltz.ogg", 0, 0.1)]
    [InlineData("audio/choice_drum_bass.ogg", 0, 0.1)]
    [InlineData("audio/vibe_ace.ogg", 0, 0.1)]
    public async Task A_voice_is_heard_where_there_is_one_and_not_where_there_is_none(string file, double leastShare, double mostShare)
    {
        var findings = await HearAsync(file);
        Assert.InRange(findings.Voice!.Sum(span => span.End - span.Start) / (findings.Beats!.Beat.Length / BeatActivations.FramesPerSecond), leastShare, mostShare);
    }

    [Theory]
    [InlineData("monkey_shines.mp3")]
    [InlineData("mr_fancy_pants.mp3")]
    public async Task A_voice_within_music_is_heard_where_the_lyrics_are(string file)
    {
        var voice = (await HearAsync($"audio/{file}")).Voice!;
        var sung = Sung(TestData.PathOf($"audio/{Path.GetFileNameWithoutExtension(file)}.ultrastar.txt"));
        double[] moments = [.. Enumerable.Range(0, (int)(sung[^1].End * 10)).Select(n => n / 10.0)];
        // Half a second around a note may be either: the windows are a second long.
        double[] inNotes = [.. moments.Where(at => sung.Any(note => at >= note.Start && at <= note.End))];
        double[] farFromNotes = [.. moments.Where(at => sung.All(note => at < note.Start - 0.5 || at > note.End + 0.5))];
        Assert.InRange(Share(inNotes), 0.85, 1);
        Assert.InRange(Share(farFromNotes), 0, 0.4);

        double Share(double[] times) => times.Length == 0 ? 0 : times.Average(at => voice.Any(span => at >= span.Start && at <= span.End) ? 1.0 : 0);
    }

    [Fact]
    public async Task Silence_and_the_shortest_sounds_are_taken()
    {
        using var shelf = Shelves.Ears();
        var ear = new EarNetworks(shelf, NullLogger<EarNetworks>.Instance);
        Assert.Equal("Downbeat DSP", (await ear.ListenAsync([], Stop)).Engine);
        Assert.Equal("Downbeat DSP", (await ear.ListenAsync(new float[22050], Stop)).Engine);

        var click = await ear.ListenAsync([0, 1, 0], Stop);
        Assert.Single(click.Beats!.Beat);
        Assert.Equal("Downbeat DSP + BeatNet + YAMNet", click.Engine);

        var broken = await ear.ListenAsync([.. Enumerable.Range(0, 5 * 22050).Select(n => n % 1000 == 0 ? float.NaN : (float)Math.Sin(n / 10.0))], Stop);
        Assert.Equal("Downbeat DSP + BeatNet + MusiCNN + YAMNet", broken.Engine);
    }

    [Fact]
    public async Task Without_networks_our_own_engine_speaks_alone()
    {
        using var shelf = Shelves.Ears(Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}"));
        var findings = await new EarNetworks(shelf, NullLogger<EarNetworks>.Instance).ListenAsync([0, 1, 0], Stop);
        Assert.Equal("Downbeat DSP", findings.Engine);
        var heard = Heard.Nothing(1);
        Assert.Equal(heard, findings.Refine(heard));
    }

    [Fact]
    public async Task A_broken_network_is_left_out_and_the_others_speak()
    {
        var folder = Directory.CreateTempSubdirectory("downbeat-models-").FullName;
        try
        {
            File.Copy(Path.Combine(Shelves.RealFolder, "beatnet_2.onnx"), Path.Combine(folder, "beatnet_2.onnx"));
            await File.WriteAllTextAsync(Path.Combine(folder, "beatnet_1.onnx"), "broken", Stop);
            using var shelf = Shelves.Ears(folder);
            var findings = await new EarNetworks(shelf, NullLogger<EarNetworks>.Instance).ListenAsync(await Decoded.MonoAsync("audio/808kick120bpm.mp3"), Stop);
            Assert.NotNull(findings.Beats);
            Assert.Null(findings.Tags);
            Assert.Equal("Downbeat DSP + BeatNet", findings.Engine);
            Assert.Equal(
                [NetworkStanding.Refused, NetworkStanding.Loaded, NetworkStanding.Missing, NetworkStanding.Missing, NetworkStanding.Missing], shelf.States.Select(state => state.State));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<NetworkFindings> HearAsync(string file)
    {
        using var shelf = Shelves.Ears();
        return await new EarNetworks(shelf, NullLogger<EarNetworks>.Instance).ListenAsync(await Decoded.MonoAsync(file), Stop);
    }

    private static (double Start, double End)[] Sung(string path)
    {
        var lines = File.ReadAllLines(path);
        var step = 15 / Header("#BPM:");
        var gap = Header("#GAP:") / 1000;
        return
        [
            .. lines.Where(line => line is [':' or '*' or 'F', ' ', ..]).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(note => (At(note[1]), At(note[1]) + (int.Parse(note[2], CultureInfo.InvariantCulture) * step))),
        ];

        double Header(string name) => double.Parse(lines.First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace(',', '.'), CultureInfo.InvariantCulture);

        double At(string beat) => gap + (int.Parse(beat, CultureInfo.InvariantCulture) * step);
    }
}
