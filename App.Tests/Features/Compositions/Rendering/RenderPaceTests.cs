using Downbeat.Features.Compositions.Planning;
using Downbeat.Features.Compositions.Rendering;
using Downbeat.Timing;

namespace Downbeat.Tests.Features.Compositions.Rendering;

public class RenderPaceTests
{
    private static readonly string[] Manners = ["draft", "fast", "high"];

    /// <summary>A studio whose machine is three times as slow as ours, whose presets and songs differ from the estimate each in its own way, with noise, and now and then a backup running.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void After_twenty_films_half_of_the_forecasts_are_off_by_a_fifth_at_most(int seed)
    {
        var chance = new SeededSequence(seed, 0);
        double Noise(double share) => Math.Exp(share * (chance.Next() + chance.Next() + chance.Next() - 1.5));
        var songs = Enumerable.Range(0, 4).Select(_ => (Id: Guid.CreateVersion7(), Slow: Noise(0.3), Large: Noise(1))).ToList();
        var manners = Manners.ToDictionary(manner => manner, _ => (Slow: Noise(0.5), Large: Noise(1)));
        var paces = new List<RenderPace>();
        for (var film = 0; film < 120; film++)
        {
            var (song, manner) = (songs[(int)(songs.Count * chance.Next())], Manners[(int)(Manners.Length * chance.Next())]);
            var (seconds, bytes) = (Math.Exp(6 * chance.Next()), Math.Exp(20 * chance.Next()));
            var isDisturbed = chance.Next() < 0.1;
            paces.Insert(0, new(
                song.Id, manner, seconds, seconds * 3 * song.Slow * manners[manner].Slow * Noise(0.3) * (isDisturbed ? 4 : 1), bytes, bytes * song.Large * manners[manner].Large * Noise(0.2),
                seconds * RenderPace.Factor(paces, song.Id, manner, pace => pace.SecondsFactor), bytes * RenderPace.Factor(paces, song.Id, manner, pace => pace.BytesFactor)));
        }

        var later = paces.Take(100).ToList();
        Assert.InRange(RenderPace.Median(later.Select(pace => pace.SecondsError)), 0, 0.2);
        Assert.InRange(RenderPace.Median(later.Select(pace => pace.BytesError)), 0, 0.2);
        Assert.True(paces[^1].SecondsError > 0.3);
    }

    [Fact]
    public void A_manner_and_a_song_each_have_a_say_as_soon_as_there_is_enough_of_them()
    {
        var (song, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        RenderPace Pace(Guid of, string manner, double factor) => new(of, manner, 1, factor, 1, factor, 1, 1);
        double Factor(params RenderPace[] paces) => RenderPace.Factor(paces, song, "fast", pace => pace.SecondsFactor);

        Assert.Equal(1, Factor());
        Assert.Equal(5, Factor(Pace(other, "high", 5)));
        Assert.Equal(3, Factor(Pace(other, "fast", 2), Pace(other, "fast", 3), Pace(other, "fast", 4), Pace(other, "high", 9), Pace(other, "high", 9), Pace(other, "high", 9)));
        Assert.Equal(6, Factor(Pace(song, "high", 18), Pace(song, "high", 18), Pace(other, "high", 9), Pace(other, "high", 9), Pace(other, "high", 9), Pace(other, "fast", 3), Pace(other, "fast", 3), Pace(other, "fast", 3)));
        Assert.Equal(1, Factor([.. Enumerable.Repeat(Pace(song, "fast", 1), 9), .. Enumerable.Repeat(Pace(song, "fast", 9), 80)]));
    }

    [Fact]
    public void More_work_takes_longer_and_less_room_is_smaller()
    {
        var id = Guid.CreateVersion7();
        var sources = new Dictionary<Guid, ShotSource> { [id] = new(id, "", "", 1920, 1080) };
        var cut = new Cut(FrameRate.Of(30), 1920, 1080, Fit.Cover, 0, 600, [new(0, id, new(0, 300), 0, null, 0, Filling.Hold), new(1, id, new(300, 600), 10, null, 10, Filling.Hold)]);
        FilmWork Of(Cut film, int missing, RenderPreset preset = RenderPreset.Fast, int workers = 2, int width = 1920) => FilmWork.Of(
            film, [.. FilmPiece.Of(film).Take(missing).Select((piece, i) => new MissingPiece($"{i}", piece))], missing == 0,
            sources.ToDictionary(source => source.Key, source => source.Value with { Width = width, Height = width * 9 / 16 }), RenderSettings.Of(preset), workers);

        var all = Of(cut, 2);
        Assert.Equal((2, 0), (all.RenderedShots, all.ReusedShots));
        Assert.Equal((1, 1), (Of(cut, 1).RenderedShots, Of(cut, 1).ReusedShots));
        Assert.True(Of(cut, 0).Seconds < 1);
        Assert.True(Of(cut, 1, workers: 1).Seconds < Of(cut, 2, workers: 1).Seconds);
        Assert.True(Of(cut, 2, workers: 1).Seconds > 1.7 * (all.Seconds - 1));
        Assert.True(Of(cut, 2, RenderPreset.High).Seconds > 1.5 * all.Seconds);
        Assert.True(Of(cut, 2, width: 3840).Seconds > all.Seconds);
        Assert.InRange(Of(cut with { Width = 960, Height = 540 }, 2).Bytes / all.Bytes, 0.25, 0.6);
        Assert.True(Of(cut with { Hits = [new(EffectKind.Glitch, 0, 300, 1)] }, 2).Seconds > all.Seconds);
    }
}
