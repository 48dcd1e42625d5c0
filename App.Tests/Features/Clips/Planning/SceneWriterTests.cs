using Downbeat.Features.Analysis;
using Downbeat.Features.Clips.Drawing;
using Downbeat.Features.Clips.Planning;

namespace Downbeat.Tests.Features.Clips.Planning;

public sealed class SceneWriterTests
{
    private static readonly SongAnalysis Song = new()
    {
        SongId = Guid.Parse("01a22f9d-1582-7b67-99ea-3ce55cdf8c42"),
        DurationSeconds = 64,
        Beats = [.. Enumerable.Range(0, 128).Select(beat => beat * 0.5)],
        Downbeats = [.. Enumerable.Range(0, 32).Select(bar => bar * 2.0)],
        BeatsPerBar = 4,
        Energy = [.. Enumerable.Range(0, 128).Select(beat => beat / 32 % 2 == 0 ? 0.2 : 0.95)],
        Sections = [new(0, 0, 16, "verse", 0, 0.2, 1), new(1, 16, 32, "chorus", 1, 0.95, 1), new(2, 32, 48, "verse", 0, 0.2, 1), new(3, 48, 64, "chorus", 1, 0.95, 1)],
        Key = "A",
        Mode = "minor",
        Mood = new(0.5, 0.3, 0.7, 0.5),
        Genre = new("electronic", 0.8),
    };

    [Fact]
    public void A_prompt_tells_of_section_genre_key_style_colours_and_movement()
    {
        var scene = Write(8)[2];

        Assert.Contains("chorus of an electronic song in A minor", scene.Prompt, StringComparison.Ordinal);
        Assert.Contains(DrawingStyles.Of(scene.Style).Words, scene.Prompt, StringComparison.Ordinal);
        Assert.Contains(DrawingStyles.Of(scene.Style).Palette(scene.Palette).Words, scene.Prompt, StringComparison.Ordinal);
        Assert.Contains("dark and tense", scene.Prompt, StringComparison.Ordinal);
        Assert.Contains("wild movement", scene.Prompt, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(32)]
    public void Neighbours_look_unlike_and_everything_named_exists(int count)
    {
        var scenes = Write(count);

        Assert.Equal(count, scenes.Count);
        Assert.All(scenes.Zip(scenes.Skip(1)), pair => Assert.NotEqual(pair.First.Visual, pair.Second.Visual));
        Assert.All(scenes, scene =>
        {
            Assert.False(Visuals.Of(scene.Visual).NeedsPicture);
            Assert.NotEqual("words", scene.Visual);
            Assert.NotNull(DrawingStyles.Of(scene.Style).Palette(scene.Palette));
            Assert.Contains(scene.Motion, CameraMoves.Motions.Keys);
        });
    }

    [Fact]
    public void Parts_that_repeat_each_other_share_their_looks()
    {
        var scenes = Write(16);
        HashSet<string> Looks(int from, int to) => [.. scenes.Skip(from).Take(to - from).Select(scene => scene.Visual)];

        Assert.True(Looks(0, 4).Overlaps(Looks(8, 12)));
        Assert.False(Looks(4, 8).SetEquals(Looks(0, 4)));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal("calm", scenes[i].Motion));
        Assert.All(Enumerable.Range(4, 4), i => Assert.Equal("wild", scenes[i].Motion));
    }

    [Fact]
    public void The_same_seed_writes_the_same_scenes()
    {
        Assert.Equal(Write(8), Write(8));
        Assert.NotEqual(Write(8).Select(scene => scene.Seed), Write(8, seed: 2).Select(scene => scene.Seed));
    }

    [Fact]
    public void Words_of_ones_own_are_searched_for_what_they_name()
    {
        var scene = Written(new SceneWish("Slow flight through a NEON tunnel; magenta and cyan!"));

        Assert.Equal(("tunnel", "neon", "arcade"), (scene.Visual, scene.Style, scene.Palette));
        Assert.Equal("Slow flight through a NEON tunnel; magenta and cyan!", scene.Prompt);
    }

    [Fact]
    public void What_is_wanted_stands()
    {
        var scene = Written(new SceneWish(null, "silk", "paper", "riso", "calm", "orbit", 77));

        Assert.Equal(("silk", "paper", "riso", "calm", "orbit", 77), (scene.Visual, scene.Style, scene.Palette, scene.Motion, scene.Camera, scene.Seed));
    }

    [Theory]
    [InlineData("visual")]
    [InlineData("style")]
    [InlineData("palette")]
    [InlineData("motion")]
    [InlineData("camera")]
    public void What_there_is_not_is_refused_by_name(string field)
    {
        var wish = new SceneWish(null, field == "visual" ? "x" : null, field == "style" ? "x" : null, field == "palette" ? "x" : null, field == "motion" ? "x" : null, field == "camera" ? "x" : null);

        Assert.Equal(field, Assert.Single(Assert.Throws<StudioProblem>(() => Written(wish)).Errors!).Key);
    }

    [Fact]
    public void Prompts_have_an_end_and_no_control_characters()
    {
        Assert.Equal("prompt", Assert.Single(Assert.Throws<StudioProblem>(() => Written(new(new string('a', 20_000)))).Errors!).Key);
        Assert.Equal("prompt", Assert.Single(Assert.Throws<StudioProblem>(() => Written(new("a\u0007b"))).Errors!).Key);
        Assert.Equal("two lines of stars", Written(new("two lines\nof stars")).Prompt);
        Assert.Equal(2_000, Written(new(new string('a', 2_000))).Prompt.Length);
    }

    [Fact]
    public void A_song_of_which_nothing_is_known_has_scenes_too()
    {
        var scenes = new SceneWriter(new() { DurationSeconds = 3 }, null, false, false, 1).Write([new(0, 0, 3, null, null, null)], [null]);

        Assert.Contains("for the music of a song", Assert.Single(scenes).Prompt, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ClipScene> Write(int count, int seed = 1)
    {
        var slots = ClipSlots.Divide(Song, null, null, SlotsOn.Downbeat, count);
        return new SceneWriter(Song, null, false, false, seed).Write(slots, [.. slots.Select(_ => (SceneWish?)null)]);
    }

    private static ClipScene Written(SceneWish wish) => new SceneWriter(Song, null, true, true, 1).Write([new(0, 0, 8, 0, 16, "verse")], [wish])[0];
}
