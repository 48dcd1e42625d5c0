using Downbeat.Features.Stems;
using Downbeat.Features.Stems.Separation;
using Downbeat.Tests.Support;
using static Downbeat.Tests.Score.Stems.MadeUpStems;

namespace Downbeat.Tests.Score.Stems;

/// <summary>Songs on disk, ways to split them, and what is said of these.</summary>
public sealed class SplitTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("downbeat-split-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Songs_are_found_by_the_names_of_their_files()
    {
        Touch("train/a/mixture.wav", "train/a/drums.wav", "train/a/bass.wav", "train/a/other.wav", "train/a/vocals.wav", "train/a/accompaniment.wav", "b/BassGuitar.mp3", "b/clav.mp3", "b/horns.mp3");
        Touch("b/readme.txt", "c/only.wav", "d/song.stem.mp4");

        var found = StemSource.FindAll(folder.FullName).ToDictionary(source => source.Name);

        Assert.Equal(["a", "b", "song"], found.Keys.Order());
        Assert.Equal("bass bass.wav,drums drums.wav,other other.wav,vocals vocals.wav", Text(found["a"]));
        Assert.Equal("mixture.wav", Path.GetFileName(found["a"].Mix!.Path));
        Assert.Equal("bass BassGuitar.mp3,other clav.mp3,other horns.mp3", Text(found["b"]));
        Assert.Null(found["b"].Mix);
        Assert.Equal([1, 2, 3, 4], found["song"].Parts.Select(part => part.Sound.Number));
        Assert.Equal([StemNames.Drums, StemNames.Bass, StemNames.Other, StemNames.Vocals], found["song"].Parts.Select(part => part.Stem));
        Assert.Throws<DirectoryNotFoundException>(() => StemSource.FindAll(Path.Combine(folder.FullName, "nowhere")));
    }

    [Fact]
    public async Task A_folder_of_sounds_becomes_stems_and_their_sum_and_a_way_that_splits_by_sides_is_scored()
    {
        // Vocals are the middle and drums the sides, which is what the engine takes them for; a third sound, shorter, is other.
        var frames = 2 * StereoBlock.SampleRate;
        var (middle, sides, hum) = (Noise(1, frames), Noise(2, frames), Noise(3, frames / 2));
        WriteWave(Path.Combine(folder.FullName, "vocals.wav"), Of(frames, n => (middle.Left[n] / 2, middle.Left[n] / 2)));
        WriteWave(Path.Combine(folder.FullName, "drums.wav"), Of(frames, n => (sides.Left[n] / 2, -sides.Left[n] / 2)));
        WriteWave(Path.Combine(folder.FullName, "hum.wav"), Of(hum.Frames, n => (hum.Left[n] / 100, hum.Right[n] / 100)));

        using var song = await TrueStems.LoadAsync(Assert.Single(StemSource.FindAll(folder.FullName)), TestContext.Current.CancellationToken);
        var metric = new BssEval([.. song.Stems.Values], 32);
        var score = await StemScore.OfAsync(song, metric, new MiddleAndSides(), TestContext.Current.CancellationToken);
        var nothing = StemScore.OfNothing(song, metric);

        Assert.Equal(frames, song.Frames);
        Assert.Equal(["drums", "other", "vocals"], score.Stems.Keys.Order());
        Assert.True(score.ResidualDb < -100, $"{score.ResidualDb}");
        Assert.Equal(0, score.OtherAloneDb!.Value, 1e-6);
        Assert.True(score.Stems["vocals"].SdrDb > 30 && score.Stems["drums"].Ratios.Sdr > 30, string.Join(' ', score.Stems));
        Assert.Equal(0, nothing.Stems["vocals"].SdrDb, 0.2);
        Assert.Contains("| middle and sides |", StemTables.Of([nothing, score]), StringComparison.Ordinal);
        Assert.Equal(7, StemTables.Csv([nothing, score]).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task The_floor_and_the_oracle_are_where_they_were_found_before()
    {
        var source = StemSource.FindAll(Path.GetDirectoryName(TestData.PathOf("stems/music_delta_80s_rock.stem.mp4"))!).Single(source => source.Name == "music_delta_80s_rock");
        using var song = await TrueStems.LoadAsync(source, TestContext.Current.CancellationToken);

        AssertSdr([-1.6, -4.2, -6.8, -7.8], song, [.. Enumerable.Repeat(song.ReadMix(), 4)]);
        AssertSdr([5.8, 4.6, 3.6, 2.4], song, await SplitAsync(song, new PlainSeparation()));
        AssertSdr([15.4, 12.5, 10.6, 10.3], song, await SplitAsync(song, new OracleSeparation(song)));
    }

    [Fact]
    public async Task A_measured_run_writes_stems_that_add_up_to_the_song()
    {
        var path = Path.Combine(folder.FullName, "song.wav");
        var sound = Noise(1, (3 * StereoBlock.SampleRate) + 123);
        WriteWave(path, sound);
        var stems = folder.CreateSubdirectory("stems").FullName;

        var run = await SplitRun.MeasureAsync(new MiddleAndSides(), path, 4, stems, TestContext.Current.CancellationToken);

        // Others may be splitting at the same time.
        Assert.Subset(run.Stages.Keys.ToHashSet(), new HashSet<string> { "decode", "make ready", "read", "write", "check" });
        Assert.Equal((4 * 44) + (4L * 6 * sound.Frames), run.Bytes);
        var source = new StemSource("song", new(path, 0), [.. StemNames.Of(4).Select(name => (name, new SoundStream(Splitter.PathOf(stems, name), 0)))]);
        using var back = await TrueStems.LoadAsync(source, TestContext.Current.CancellationToken);
        Assert.Equal(sound.Frames, back.Frames);
        Assert.True(StemScore.Sdr(back.ReadMix(), Sum([.. back.Stems.Values.Select(stem => (stem, 1.0))])) > 100);
    }

    [Fact]
    public void Numbers_of_a_command_are_those_behind_their_word()
    {
        string[] words = ["--minutes", "3", "10", "--stems", "2"];

        Assert.Equal([3, 10], StemBenchmark.Numbers(words, "--minutes", [1]));
        Assert.Equal([2], StemBenchmark.Numbers(words, "--stems", [4]));
        Assert.Equal([4], StemBenchmark.Numbers([], "--stems", [4]));
    }

    private static Task<StereoBlock[]> SplitAsync(TrueStems song, ISeparationEngine engine) =>
        WholeSplit.InMemoryAsync(engine, song.Mix, 4, song.Frames, TestContext.Current.CancellationToken);

    private static void AssertSdr(double[] known, TrueStems song, StereoBlock[] stems) =>
        Assert.All(known.Zip(StemNames.Of(4).Zip(stems, (name, stem) => StemScore.Sdr(song.Stems[name], stem))), pair => Assert.Equal(pair.First, pair.Second, 0.15));

    private static string Text(StemSource source) => string.Join(',', source.Parts.Select(part => $"{part.Stem} {Path.GetFileName(part.Sound.Path)}"));

    private void Touch(params string[] names)
    {
        foreach (var name in names)
        {
            var path = Path.Combine(folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }

    /// <summary>What both channels share is vocals and what they do not is drums, but for a hundredth of all, which is bass. Blocks short enough that a song has several.</summary>
    private sealed class MiddleAndSides : ISeparationEngine, ISeparator
    {
        public string Name => "middle and sides";

        public int BlockFrames => 10_000;

        public int ContextFrames => 100;

        public bool Splits(int stems) => stems == 4;

        public Task<ISeparator> OpenAsync(int stems, MixFile mix, Action<double> progress, CancellationToken stop) => Task.FromResult<ISeparator>(this);

        public Task SeparateAsync(long startFrame, StereoBlock mix, IReadOnlyList<StereoBlock> stems, CancellationToken stop)
        {
            for (var n = 0; n < BlockFrames; n++)
            {
                var (left, right) = (mix.Left[ContextFrames + n], mix.Right[ContextFrames + n]);
                stems[0].Left[n] = stems[0].Right[n] = 0.99f * (left + right) / 2;
                (stems[1].Left[n], stems[1].Right[n]) = (0.99f * (left - right) / 2, 0.99f * (right - left) / 2);
                (stems[2].Left[n], stems[2].Right[n]) = (0.01f * left, 0.01f * right);
            }

            return Task.CompletedTask;
        }

        public void Dispose()
        {
        }
    }
}
