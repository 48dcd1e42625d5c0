using System.Globalization;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;

namespace Downbeat.Features.Analysis;

/// <summary>The tools that put beats and bars right, and the line that says who heard them and how surely.</summary>
public sealed partial class BeatTools
{
    private static readonly int[] UsualMetres = [2, 3, 4, 6];

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

    /// <summary>Called with a wish.</summary>
    [Parameter]
    public EventCallback<Correction> Correct { get; set; }

    /// <summary>Called to take the last change back.</summary>
    [Parameter]
    public EventCallback Undo { get; set; }

    /// <summary>Called to make a change that was taken back once more.</summary>
    [Parameter]
    public EventCallback Redo { get; set; }

    /// <summary>Called to go back to what was heard.</summary>
    [Parameter]
    public EventCallback Restore { get; set; }

    private string Bpm => Analysis.Bpm > 0 ? Analysis.Bpm.ToString("0.##", CultureInfo.InvariantCulture) : "";

    private IEnumerable<int> Metres => UsualMetres.Append(Analysis.BeatsPerBar).Where(beats => beats > 0).Distinct().Order();

    private string HeardBy => string.Join(" · ", Facts());

    private string Hint => Analysis switch
    {
        { Beats.Count: 0 } => "No steady beat was heard. Play the song and tap along to give it one.",
        { Corrected.Grid: false } when CorrectionWords.IsDoubtful(Analysis.BpmConfidence) => "Not sure about the tempo: try ×2, ÷2 or tap along. Clicks lets you hear whether it fits.",
        _ => "",
    };

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

    private async Task CorrectAsync(Correction correction)
    {
        if (IsOnlyLoop && await Place() is { LoopStart: { } start, LoopEnd: { } end })
        {
            correction = correction with { From = start, To = end };
        }

        await Correct.InvokeAsync(correction);
    }

    private async Task StartBarAsync()
    {
        var (now, _, _) = await Place();
        await CorrectAsync(new() { FirstDownbeatIndex = Enumerable.Range(0, Analysis.Beats.Count).MinBy(i => Math.Abs(Analysis.Beats[i] - now)) });
    }

    private Task SetMetreAsync(ChangeEventArgs change) =>
        int.TryParse(change.Value as string, CultureInfo.InvariantCulture, out var beats) ? CorrectAsync(new() { BeatsPerBar = beats }) : Task.CompletedTask;

    private Task SetTempoAsync(ChangeEventArgs change) =>
        double.TryParse(change.Value as string, CultureInfo.InvariantCulture, out var bpm) ? CorrectAsync(new() { TempoBpm = bpm }) : Task.CompletedTask;
}
