using System.Diagnostics;
using System.Text.Json;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Analysis.Dsp;

/// <summary>The engine on real recordings whose beats are known. The table is printed; run the test executable directly to see it.</summary>
public sealed class GroundTruthTests(ITestOutputHelper output)
{
    private const double BeatFloor = 0.97;
    private const double DownbeatFloor = 0.93;

    [Fact]
    public async Task Beats_of_steady_songs_are_found()
    {
        Print($"{"song",-28} {"true",6} {"found",7} {"sure",5} {"F",6} {"F fair",7} {"down F",7} {"seconds",8}");
        var (beats, downbeats) = (new List<double>(), new List<double>());
        foreach (var song in await TruthAsync())
        {
            if (song.TempoBpm is not { } tempoBpm)
            {
                continue;
            }

            var (heard, seconds) = await ListenAsync(song);
            var row = $"{Path.GetFileName(song.File),-28} {tempoBpm,6:0.0} {heard.TempoBpm,7:0.00} {heard.TempoConfidence,5:0.00}";
            if (song.OriginSeconds is not { } origin)
            {
                Print($"{row} {"",6} {"",7} {"",7} {seconds,8:0.00}");
                continue;
            }

            var atTruth = BeatScore.F(BeatScore.Grid(origin, tempoBpm, heard.DurationSeconds), heard.BeatSeconds);
            var atFair = song.Fair.Select(fair => BeatScore.F(BeatScore.Grid(origin, fair, heard.DurationSeconds), heard.BeatSeconds)).DefaultIfEmpty(0).Max();
            var down = song.BeatsPerBar is { } beatsPerBar ? DownbeatScore(song, tempoBpm, beatsPerBar, origin, heard) : (double?)null;
            beats.Add(Math.Max(atTruth, atFair));
            downbeats.AddRange(down is { } score ? [score] : []);
            Print($"{row} {atTruth,6:0.000} {atFair,7:0.000} {down,7:0.000} {seconds,8:0.00}");
        }

        Print($"mean beat F {beats.Average():0.000} over {beats.Count} songs, mean downbeat F {downbeats.Average():0.000} over {downbeats.Count}");
        Assert.True(beats.Average() >= BeatFloor, $"Mean beat F is {beats.Average():0.000}.");
        Assert.True(downbeats.Average() >= DownbeatFloor, $"Mean downbeat F is {downbeats.Average():0.000}.");
    }

    [Theory]
    [InlineData("audio/monkey_shines.mp3", 160)]
    [InlineData("audio/mr_fancy_pants.mp3", 190)]
    [InlineData("audio/blupi4_first90s.ogg", 104)]
    [InlineData("audio/blupi5_first90s.ogg", 128.985)]
    public async Task The_tempo_of_a_steady_song_is_exact_to_a_twentieth_of_a_percent_at_its_metrical_level(string file, double tempoBpm)
    {
        var octave = Math.Log2(Listen(await Decoded.MonoAsync(file)).TempoBpm / tempoBpm);

        Assert.Equal(0, octave - Math.Round(octave), Math.Log2(1.0005));
    }

    [Fact]
    public async Task A_waltz_has_three_beats_in_a_bar() => Assert.Equal(3, Listen(await Decoded.MonoAsync("audio/sweet_waltz.ogg")).BeatsPerBar);

    [Theory]
    [InlineData("audio/speech_female.ogg")]
    [InlineData("audio/vocadito_10.wav")]
    [InlineData("audio/hungarian_dance5.ogg")]
    public async Task Speech_free_singing_and_free_tempo_have_no_steady_beat(string file)
    {
        var heard = Listen(await Decoded.MonoAsync(file));

        Assert.Equal(0, heard.TempoBpm);
        Assert.Empty(heard.BeatSeconds);
    }

    [Theory]
    [InlineData("audio/hungarian_dance5.ogg")]
    [InlineData("audio/northern_star.ogg")]
    [InlineData("audio/808kick120bpm.mp3")]
    public async Task Real_songs_keep_the_promises_of_the_result(string file)
    {
        var mono = await Decoded.MonoAsync(file);

        ListeningTests.Check(Listen(mono), (double)mono.Length / Level.SampleRate);
    }

    private static double DownbeatScore(Song song, double tempoBpm, int beatsPerBar, double origin, Heard heard)
    {
        double[] found = [.. heard.DownbeatIndexes.Select(index => heard.BeatSeconds[index])];
        return song.Fair.Append(tempoBpm).Max(tempo => BeatScore.F(BeatScore.Grid(origin, tempo / beatsPerBar, heard.DurationSeconds), found));
    }

    private static Heard Listen(float[] mono) => Listening.Listen(mono, null, null, TestContext.Current.CancellationToken);

    private static async Task<(Heard Heard, double Seconds)> ListenAsync(Song song)
    {
        var mono = await Decoded.MonoAsync([.. song.Stems.Length > 0 ? song.Stems.Select(stem => $"{song.File}/{stem}") : [song.File]]);
        var clock = Stopwatch.StartNew();
        return (Listen(mono), clock.Elapsed.TotalSeconds);
    }

    private static async Task<Song[]> TruthAsync()
    {
        await using var file = File.OpenRead(TestData.PathOf("truth.json"));
        using var json = await JsonDocument.ParseAsync(file, cancellationToken: TestContext.Current.CancellationToken);
        return [.. json.RootElement.EnumerateArray().Select(Song.Read)];
    }

    private void Print(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }

    private sealed record Song(string File, string[] Stems, double? TempoBpm, double[] Fair, double? OriginSeconds, int? BeatsPerBar)
    {
        public static Song Read(JsonElement song) => new(
            song.GetProperty("file").GetString()!,
            song.TryGetProperty("stems", out var stems) ? [.. stems.EnumerateArray().Select(stem => stem.GetString()!)] : [],
            Number(song, "bpm"),
            song.TryGetProperty("bpm_also_fair", out var fair) ? [.. fair.EnumerateArray().Select(bpm => bpm.GetDouble())] : [],
            Number(song, "grid_origin_s"),
            Number(song, "beats_per_bar") is { } beats && song.TryGetProperty("grid_origin_is_downbeat", out _) ? (int)beats : null);

        private static double? Number(JsonElement song, string name) =>
            song.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;
    }
}
