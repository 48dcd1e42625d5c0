using Bunit;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Making;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Compositions.Making;

/// <summary>What of the music can be chosen on the page.</summary>
public sealed class SoundWishesTests : PageTest
{
    private CompositionSettings settings = new();

    [Fact]
    public async Task The_music_is_the_song_or_what_its_stems_make_of_it()
    {
        var wishes = Wishes(null);
        Assert.Equal(Enum.GetNames<SongMusic>().Length, wishes.FindAll("select")[0].QuerySelectorAll("option").Length);

        await wishes.FindAll("select")[0].ChangeAsync(new ChangeEventArgs { Value = "instrumental" });
        Assert.Equal("instrumental", settings.Music);
        Assert.Contains("without the voice", Wishes(null).Markup, StringComparison.Ordinal);

        await wishes.FindAll("select")[0].ChangeAsync(new ChangeEventArgs { Value = "song" });
        Assert.Null(settings.Music);
    }

    [Fact]
    public void A_song_without_stems_is_told_of_beside_the_choice_and_mended_by_the_song_itself()
    {
        settings = new() { Music = "mix" };
        var problem = new StudioProblem(422, "music.no_stems", "Split it first.", new Dictionary<string, string[]> { ["music"] = ["Split it first."] });

        Assert.Equal("Split it first.", Wishes(problem).Find("#music-problem").TextContent);
        Assert.Null(PlanRemedy.For(problem, settings, 20)!.Settings.Music);
    }

    [Fact]
    public void Everything_that_cuts_can_follow_can_be_chosen() => Assert.Equal(Enum.GetNames<CutOn>().Length, VideoWishes.CutTimes.Length);

    private IRenderedComponent<SoundWishes> Wishes(StudioProblem? problem)
    {
        var wishes = Render<SoundWishes>(p => p.Add(c => c.Sheet, new(Guid.NewGuid(), settings, problem, wanted =>
        {
            settings = wanted;
            return Task.CompletedTask;
        })));
        wishes.Find("details").TriggerEvent("ontoggle", EventArgs.Empty);
        return wishes;
    }
}
