using Bunit;
using Downbeat.Features.Analysis;
using Downbeat.Features.Compositions;
using Downbeat.Features.Compositions.Planning;
using Downbeat.Tests.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Tests.Features.Compositions;

public sealed class EffectsEditorTests : PageTest
{
    private IReadOnlyList<EffectWish> effects = [];

    [Fact]
    public void Every_set_is_one_that_the_planner_takes()
    {
        var analysis = new SongAnalysis { DurationSeconds = 10 };
        foreach (var style in EffectStyles.All.Where(style => style.Value != EffectStyles.Own))
        {
            var wishes = new CompositionSettings { Effects = EffectStyles.Find(style.Value)!, Transition = new("wipeLeft", 0.4) };

            Assert.Equal(wishes.Effects.Count, wishes.ToRequest(analysis, []).Effects.Count);
            Assert.Equal(style.Value, EffectStyles.Of(wishes.Effects));
        }

        Assert.Equal(Enum.GetNames<EffectKind>().Length, EffectStyles.Kinds.Length);
        Assert.Equal(Enum.GetNames<EffectOn>().Length, EffectStyles.Moments.Length);
        Assert.Equal(TransitionNames.All.Length, TransitionNames.All.Select(kind => kind.Label).Distinct().Count());
    }

    [Fact]
    public void A_rule_names_at_most_as_many_parts_as_a_song_may_have_names()
    {
        var problem = Assert.Throws<StudioProblem>(() => new EffectWish { Kind = "flash", Sections = [.. Enumerable.Repeat("verse", 65)] }.ToRule("effects[0]", ["verse"]));

        Assert.Equal("effects[0].sections", Assert.Single(problem.Errors!).Key);
    }

    [Fact]
    public async Task A_set_is_chosen_changed_row_by_row_and_is_ones_own_then()
    {
        var editor = Editor();
        Assert.Empty(editor.FindAll("li"));

        await Option(editor, "Punchy").ChangeAsync(true);
        Assert.Equal(["zoomPulse", "flash", "shake"], effects.Select(effect => effect.Kind));

        await Option(editor, "None").ChangeAsync(true);
        Assert.Empty(effects);

        await Option(editor, "My own").ChangeAsync(true);
        await editor.Find("button:contains('Add an effect')").ClickAsync();
        await editor.Find("select[aria-label='Effect 1']").ChangeAsync("glitch");
        await editor.Find("select[aria-label='Effect 1 follows']").ChangeAsync("snare");
        await editor.Find("select[aria-label='Effect 1, how many of them']").ChangeAsync("2");
        await editor.Find("input[type=range]").ChangeAsync("80");
        Assert.Equal(["", "verse", "chorus"], editor.FindAll("select[aria-label='Effect 1, in which parts'] option").Select(part => part.GetAttribute("value")));
        await editor.Find("select[aria-label='Effect 1, in which parts']").ChangeAsync("chorus");
        var effect = Assert.Single(effects);
        Assert.Equal(["chorus"], effect.Sections!);
        Assert.Equal(("glitch", "snare", 2, 0.8), (effect.Kind, effect.On, effect.Every, effect.Strength));

        await editor.Find("button[aria-label='Remove effect 1']").ClickAsync();
        Assert.Empty(effects);
    }

    [Fact]
    public async Task A_transition_is_chosen_shown_and_stretched()
    {
        TransitionWish? chosen = null;
        var picker = Render<TransitionPicker>(p => p
            .Add(c => c.Transition, chosen)
            .Add(c => c.TransitionChanged, EventCallback.Factory.Create<TransitionWish?>(this, wish => chosen = wish)));
        Assert.Empty(picker.FindAll("img"));

        await picker.Find("select").ChangeAsync("circleOpen");
        picker.Render(p => p.Add(c => c.Transition, chosen));
        Assert.Equal("/api/v1/transitions/circleOpen/preview", picker.Find("img").GetAttribute("src"));
        await picker.Find("input[type=range]").ChangeAsync("12");
        Assert.Equal(new("circleOpen", 1.2), chosen);

        await picker.Find("select").ChangeAsync("cut");
        Assert.Null(chosen);
    }

    private static AngleSharp.Dom.IElement Option(IRenderedComponent<EffectsEditor> editor, string label) =>
        editor.FindAll("label.choice-option").Single(option => option.TextContent.Trim() == label).QuerySelector("input")!;

    private IRenderedComponent<EffectsEditor> Editor()
    {
        IRenderedComponent<EffectsEditor>? editor = null;
        editor = Render<EffectsEditor>(p => p
            .Add(c => c.Effects, effects)
            .Add(c => c.Parts, ["verse", "chorus"])
            .Add(c => c.EffectsChanged, EventCallback.Factory.Create<IReadOnlyList<EffectWish>>(this, changed =>
            {
                effects = changed;
                editor!.Render(again => again.Add(c => c.Effects, changed));
            })));
        return editor;
    }
}
