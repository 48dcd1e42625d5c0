using Downbeat.Features.Stems.Dsp;
using Downbeat.Features.Stems.Separation;
using Downbeat.Tests.Support;

namespace Downbeat.Tests.Features.Stems.Dsp;

public sealed class RecordedSongTests
{
    // Signal-to-distortion ratios of a plain separator (medians of 31, low-pass at 200 Hz, likeness of the channels): vocals 5.8, drums 4.6, bass 3.6, other 2.4.
    private static readonly double[] Least = [6.8, 8, 4.6, 3.9];

    [Fact]
    public async Task A_rock_song_is_split_better_than_by_plain_means()
    {
        using var rig = new MediaRig();
        var players = new List<StereoBlock>();
        foreach (var stream in (int[])[4, 1, 2, 3])
        {
            players.Add(SplitSound.Read(await rig.MakeAsync(
                $"{stream}.f32", "-i", TestData.PathOf("stems/music_delta_80s_rock.stem.mp4"), "-map", $"0:a:{stream}", "-ac", "2", "-ar", "44100", "-f", "f32le")));
        }

        var stems = await SplitSound.SplitAsync(SplitSound.Sum(players), 4, 296);
        Assert.All(players.Zip(stems, Least), player => Assert.True(SplitSound.Decibels(player.First, player.Second) > player.Third));
    }

    [Fact]
    public async Task The_engine_measures_a_song_before_it_splits_it()
    {
        using var rig = new MediaRig();
        var path = await rig.MakeAsync("quiet.f32", "-f", "lavfi", "-i", "sine=frequency=440:duration=0.5:sample_rate=44100", "-ac", "2", "-f", "f32le");
        using var mix = new MixFile(path);
        var told = new List<double>();
        using var separator = await new DownbeatEngine().OpenAsync(4, mix, told.Add, TestContext.Current.CancellationToken);
        Assert.Equal(1, told[^1]);
        Assert.True(separator.BlockFrames > 0 && separator.ContextFrames > 0);
    }
}
