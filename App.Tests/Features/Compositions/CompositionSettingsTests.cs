using System.Text.Json;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Http;

namespace Downbeat.Tests.Features.Compositions;

public sealed class CompositionSettingsTests
{
    private static readonly SongAnalysis Song = new() { DurationSeconds = 10 };

    [Theory]
    [InlineData("""{"sparkle":true}""", "sparkle")]
    [InlineData("""{"effects":[null]}""", "effects[0].kind")]
    [InlineData("""{"effects":[{"kind":"flash"},{"kind":"laser"}]}""", "effects[1].kind")]
    [InlineData("""{"effects":[{"kind":"0"}]}""", "effects[0].kind")]
    [InlineData("""{"effects":[{"kind":"flash","on":"never"}]}""", "effects[0].on")]
    [InlineData("""{"effects":[{"kind":"flash","every":0}]}""", "effects[0].every")]
    [InlineData("""{"effects":[{"kind":"flash","strength":-0.1}]}""", "effects[0].strength")]
    [InlineData("""{"effects":[{"kind":"flash","strength":1e300}]}""", "effects[0].strength")]
    [InlineData("""{"effects":[{"kind":"flash","seconds":0}]}""", "effects[0].seconds")]
    [InlineData("""{"effects":[{"kind":"flash","strenght":1}]}""", "effects[0].strenght")]
    [InlineData("""{"effects":[{"kind":"flash","sections":["refrain"]}]}""", "effects[0].sections")]
    [InlineData("""{"transition":{"kind":"swirl"}}""", "transition.kind")]
    [InlineData("""{"transition":{}}""", "transition.kind")]
    [InlineData("""{"transition":{"kind":"fade","seconds":-1}}""", "transition.seconds")]
    [InlineData("""{"transition":{"kind":"fade","seconds":1e300}}""", "transition.seconds")]
    [InlineData("""{"transition":{"kind":"fade","ease":1}}""", "transition.ease")]
    [InlineData("""{"minShotSeconds":-1}""", "minShotSeconds")]
    [InlineData("""{"maxShotSeconds":0}""", "maxShotSeconds")]
    [InlineData("""{"maxShotSeconds":1e300}""", "maxShotSeconds")]
    [InlineData("""{"shortClips":"rewind"}""", "shortClips")]
    public void A_wish_that_cannot_be_met_is_refused_by_name(string json, string field)
    {
        var problem = Assert.Throws<StudioProblem>(() => Read(json).ToRequest(Song, []));
        Assert.Equal((400, field), (problem.Status, Assert.Single(problem.Errors!).Key));
    }

    [Fact]
    public void A_clip_may_be_named_often_but_not_without_end()
    {
        var clip = new Clip { DurationSeconds = 4 };
        var settings = new CompositionSettings { ClipIds = [.. Enumerable.Repeat(clip.Id, 1000)] };

        Assert.Equal(1000, settings.ToRequest(Song, [clip]).Clips.Count);
        var problem = Assert.Throws<StudioProblem>(() => (settings with { ClipIds = [.. settings.ClipIds, clip.Id] }).ToRequest(Song, [clip]));
        Assert.Equal((400, "clipIds"), (problem.Status, Assert.Single(problem.Errors!).Key));
    }

    [Theory]
    [InlineData("""{"loudnessLufs":-31}""", "loudnessLufs")]
    [InlineData("""{"loudnessLufs":0}""", "loudnessLufs")]
    [InlineData("""{"loudnessLufs":-14,"keepLoudness":true}""", "loudnessLufs")]
    [InlineData("""{"fadeInSeconds":-1}""", "fadeInSeconds")]
    [InlineData("""{"fadeOutSeconds":31}""", "fadeOutSeconds")]
    [InlineData("""{"clipSound":{"levelDb":13}}""", "clipSound.levelDb")]
    [InlineData("""{"clipSound":{"duck":"drums"}}""", "clipSound.duck")]
    public void A_sound_that_cannot_be_made_is_refused_by_name(string json, string field)
    {
        var problem = Assert.Throws<StudioProblem>(() => Read(json).ToRequest(Song, []));
        Assert.Equal((400, field), (problem.Status, Assert.Single(problem.Errors!).Key));
    }

    [Fact]
    public void The_sound_is_brought_to_the_usual_loudness_unless_it_is_to_be_kept()
    {
        Assert.Equal(-14, Read("{}").ToRequest(Song, []).Sound.LoudnessLufs);
        Assert.Equal(-20, Read("""{"loudnessLufs":-20,"keepLoudness":false}""").ToRequest(Song, []).Sound.LoudnessLufs);
        Assert.Null(Read("""{"keepLoudness":true}""").ToRequest(Song, []).Sound.LoudnessLufs);
        Assert.Equal(new ClipSound(-6, Ducking.Music), Read("""{"clipSound":{}}""").ToRequest(Song, []).Sound.Clips);
        Assert.Equal([(1, 2)], Read("{}").ToRequest(Song with { Voice = [new(1, 2)] }, []).VoiceSeconds);
    }

    [Fact]
    public void A_strength_that_is_no_number_is_refused()
    {
        Assert.Throws<StudioProblem>(() => new CompositionSettings { Effects = [new() { Kind = "flash", Strength = double.NaN }] }.ToRequest(Song, []));
        Assert.Throws<StudioProblem>(() => new CompositionSettings { Transition = new("fade", double.NaN) }.ToRequest(Song, []));
        Assert.Throws<StudioProblem>(() => new CompositionSettings { MaxShotSeconds = double.NaN }.ToRequest(Song, []));
    }

    [Fact]
    public void Flashes_are_taken_back_unless_that_is_switched_off()
    {
        Assert.True(Read("""{"flashSafe":null,"effects":[]}""").ToRequest(Song, []).IsFlashSafe);
        Assert.False(Read("""{"flashSafe":false}""").ToRequest(Song, []).IsFlashSafe);
    }

    [Fact]
    public void The_longest_shot_and_short_clips_are_wishes()
    {
        var request = Read("""{"maxShotSeconds":3.5,"shortClips":"pingpong"}""").ToRequest(Song, []);

        Assert.Equal((3.5, ShortClips.PingPong), (request.MaxShotSeconds, request.ShortClips));
    }

    private static CompositionSettings Read(string json) => JsonSerializer.Deserialize<CompositionSettings>(json, ApiJson.Options)!;
}
