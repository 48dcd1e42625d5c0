using System.Globalization;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Features.Analysis;

/// <summary>The tools that put beats and bars right, and the line that says who heard them and how surely.</summary>
public sealed partial class BeatTools
{
    private static readonly int[] UsualMetres = [2, 3, 4, 6];
    private Resting<string> bpm = default!;
    private int sending;

    /// <summary>What is in effect.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis Analysis { get; set; } = default!;

    /// <summary>Corrections of the beat reach only as far as the loop.</summary>
    [Parameter]
    public bool IsOnlyLoop { get; set; }

    /// <summary>Called when <see cref="IsOnlyLoop"/> shall change.</summary>
    [Parameter]
    public EventCallback<bool> IsOnlyLoopChanged { get; set; }

    /// <summary>What the last change did.</summary>
    [Parameter]
    public string Said { get; set; } = "";

    /// <summary>Tells where the song is, and what is looped.</summary>
    [Parameter, EditorRequired]
    public Func<ValueTask<WavePlace>> Place { get; set; } = default!;

    /// <summary>Called with a wish: what to change about the analysis that is in effect by then.</summary>
    [Parameter]
    public EventCallback<Func<SongAnalysis, Correction>> Correct { get; set; }

    /// <summary>Called to take the last change back.</summary>
    [Parameter]
    public EventCallback Undo { get; set; }

    /// <summary>Called to make a change that was taken back once more.</summary>
    [Parameter]
    public EventCallback Redo { get; set; }

    /// <summary>Called to go back to what was heard.</summary>
    [Parameter]
    public EventCallback Restore { get; set; }

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Bpm => bpm.Value ?? HeardBpm;

    private string HeardBpm => Analysis.Bpm > 0 ? Analysis.Bpm.ToString("0.##", CultureInfo.InvariantCulture) : "";

    private IEnumerable<int> Metres => UsualMetres.Append(Analysis.BeatsPerBar).Where(beats => beats > 0).Distinct().Order();

    private string HeardBy => string.Join(" · ", Facts());

    private string Hint => Analysis switch
    {
        { Beats.Count: 0 } => "No steady beat was heard. Play the song and tap along to give it one.",
        { Corrected.Grid: false } when CorrectionWords.IsDoubtful(Analysis.BpmConfidence) => "Not sure about the tempo: try ×2, ÷2 or tap along. Clicks lets you hear whether it fits.",
        _ => "",
    };

    /// <summary>The same wish for what is looped alone. The file may be a sample longer than what was heard.</summary>
    /// <exception cref="StudioProblem">400 when nothing is looped.</exception>
    internal static Correction InLoop(Correction wish, WavePlace place, SongAnalysis seen) => place is { LoopStart: { } from, LoopEnd: { } to }
        ? wish with { From = from, To = Math.Min(to, seen.DurationSeconds) }
        : throw StudioProblem.Field("from", "Set a loop first, or change the whole song.");

    /// <inheritdoc/>
    protected override void OnInitialized() => bpm = new(Clock, SetTempoAsync);

    // What was chosen stays in its field until the answer is there; then each field shows what is in effect.
    /// <inheritdoc/>
    protected override bool ShouldRender() => sending == 0;

    private IEnumerable<string> Facts()
    {
        yield return Analysis.Engine;
        if (Analysis.Corrected.Grid)
        {
            yield return "beat set by hand";
        }
        else if (Analysis.Beats.Count > 0)
        {
            yield return $"tempo {CorrectionWords.Trust(Analysis.BpmConfidence)}";
            yield return $"bars {CorrectionWords.Trust(Analysis.MetreConfidence)}";
        }

        if (Analysis.Corrected.Sections)
        {
            yield return "parts set by hand";
        }
    }

    private Task CorrectAsync(Correction correction) => CorrectAsync(_ => correction);

    private async Task CorrectAsync(Func<SongAnalysis, Correction> wish)
    {
        sending++;
        try
        {
            var place = await Place();
            await Correct.InvokeAsync(IsOnlyLoop ? seen => InLoop(wish(seen), place, seen) : wish);
        }
        finally
        {
            sending--;
        }
    }

    // The beat that is heard, not its number: by then there may be twice as many.
    private async Task StartBarAsync()
    {
        var (now, _, _) = await Place();
        await CorrectAsync(seen => new() { FirstDownbeatIndex = Timing.BeatGrid.Nearest(seen.Beats, now) });
    }

    private Task SetMetreAsync(int beats) => CorrectAsync(new Correction { BeatsPerBar = beats });

    private Task SetTempoAsync(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var tempo) ? CorrectAsync(new Correction { TempoBpm = tempo }) : Task.CompletedTask;
}
