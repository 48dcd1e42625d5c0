using System.Text.Json;
using Downbeat.Features.Analysis.Dsp;
using Downbeat.Features.Analysis.Networks;
using Downbeat.Tests.Networks;

namespace Downbeat.Tests.Features.Analysis.Networks;

/// <summary>What is concluded from what the networks say, with made-up answers.</summary>
public sealed class ConclusionTests
{
    private static readonly string[] TagNames = [.. Topics.SelectMany(topic => topic.Tags).Concat(SoundTags.Words).Distinct()];
    private static readonly string[] SoundNames = ["Music", .. Topics.SelectMany(topic => topic.Sounds).Concat(SoundTags.Sources).Concat(VoiceActivity.Kinds).Distinct()];

    private static IEnumerable<Topic> Topics => [.. GenreVote.Genres, .. MoodNudge.Axes.SelectMany(axis => (Topic[])[axis.More, axis.Less])];

    [Fact]
    public void Every_label_that_is_asked_for_is_one_that_the_networks_have()
    {
        var tags = JsonSerializer.Deserialize<string[]>(File.ReadAllText(Path.Combine(Shelves.RealFolder, "musicnn_msd_labels.json")))!;
        var sounds = File.ReadAllLines(Path.Combine(Shelves.RealFolder, "yamnet_labels.txt"));
        Assert.Empty(TagNames.Except(tags));
        Assert.Empty(SoundNames.Except(sounds));
    }

    [Fact]
    public void A_rare_tag_above_its_usual_level_beats_a_common_one_at_its_own()
    {
        var tags = TagNames.ToDictionary(name => name, _ => 0.001);
        tags[TagNames[0]] = 0.15;
        tags["funk"] = 0.1;
        Assert.Equal("funk", GenreVote.Count(new(tags, null), null)!.Name);
    }

    [Fact]
    public void Both_networks_together_are_surer_than_one()
    {
        var tags = TagNames.ToDictionary(name => name, name => name == "jazz" ? 0.4 : 0.001);
        var sounds = SoundsWith(("Music", 0.9), ("Jazz", 0.1));
        var alone = GenreVote.Count(new(tags, null), null)!;
        var together = GenreVote.Count(new(tags, sounds), sounds)!;
        Assert.Equal(("jazz", "jazz"), (alone.Name, together.Name));
        Assert.InRange(together.Confidence, alone.Confidence + 0.05, 1);
    }

    [Fact]
    public void Where_nothing_stands_out_no_genre_is_named_and_no_mood_moved()
    {
        var evidence = new Evidence(TagNames.ToDictionary(name => name, _ => 0.002), null);
        Assert.Null(GenreVote.Count(evidence, null));
        Assert.Equal(new(0, 0, 0, 0), MoodNudge.Of(evidence));
        Assert.Null(GenreVote.Count(new(null, null), null));
    }

    [Fact]
    public void Where_there_is_no_music_no_genre_is_named_whatever_the_tags_say()
    {
        var tags = TagNames.ToDictionary(name => name, name => name == "Hip-Hop" ? 0.9 : 0.001);
        var found = SoundTags.Of(tags, SoundsWith(("Speech", 0.97)));
        Assert.Equal("", found.Genre!.Name);
        Assert.Equal(["speech"], found.Tags.Select(tag => tag.Name));
    }

    [Fact]
    public void Sad_music_darkens_the_mood_and_never_beyond_its_range()
    {
        var nudge = MoodNudge.Of(new(null, SoundsWith(("Music", 0.9), ("Sad music", 0.5), ("Tender music", 0.5))));
        Assert.InRange(nudge.Valence, -0.25, -0.2);
        Assert.InRange(nudge.Tension, -0.25, -0.2);
        Assert.InRange(nudge.Energy, -0.25, -0.2);
        Assert.Equal(new Mood(0, 0, 0, 0.5), nudge.Apply(new(0.1, 0.1, 0.1, 0.5)));
    }

    [Fact]
    public void A_lone_window_neither_makes_nor_breaks_a_stretch_of_voice()
    {
        bool[] voiced = [false, true, true, true, false, true, true, false, false, true, false, false, true, true];
        var labels = new[] { "Music", "Singing" };
        var sounds = new Sounds(labels, [.. voiced.Select(isVoiced => new[] { 1f, isVoiced ? 0.1f : 0.001f })]);

        var spans = VoiceActivity.Find(sounds, 7);

        // Window n stands for the time from 0.48 n + 0.2475 on.
        Assert.Equal([(0.7275, 3.6075), (6.0075, 7)], spans.Select(span => (Math.Round(span.Start, 4), Math.Round(span.End, 4))));
    }

    [Fact]
    public void Nobody_sings_in_an_instrumental_and_somebody_all_the_time_in_a_song_without_pauses()
    {
        Assert.Empty(VoiceActivity.Find(SoundsWith(("Music", 1)), 1));
        Assert.Equal([(0, 0.9)], VoiceActivity.Find(SoundsWith(("Singing", 0.3)), 0.9));
    }

    private static Sounds SoundsWith(params (string Name, double Score)[] scores)
    {
        var window = new float[SoundNames.Length];
        foreach (var (name, score) in scores)
        {
            window[Array.IndexOf(SoundNames, name)] = (float)score;
        }

        return new(SoundNames, [window]);
    }
}
