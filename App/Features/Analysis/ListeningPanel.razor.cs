using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Analysis;

/// <summary>What was heard in a song, over its waveform, and everything that puts it right. Each change is kept at once.</summary>
public sealed partial class ListeningPanel
{
    private Waveform? player;
    private IReadOnlyList<WaveBand> bands = [];
    private IReadOnlyList<SongSection>? banded;
    private IReadOnlyList<WaveSpan> chords = [];
    private IReadOnlyList<SongChord>? chorded;
    private Task last = Task.CompletedTask;
    private bool isOnlyLoop;
    private string said = "";

    /// <summary>Whose song it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>Name of the song.</summary>
    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>Length of the song.</summary>
    [Parameter, EditorRequired]
    public double DurationSeconds { get; set; }

    /// <summary>What was heard; null while nothing was.</summary>
    [Parameter, EditorRequired]
    public SongAnalysis? Analysis { get; set; }

    /// <summary>Lines of the lyrics, in order.</summary>
    [Parameter]
    public IReadOnlyList<WaveSpan> Lyrics { get; set; } = [];

    /// <summary>Called with the analysis that is in effect after a change.</summary>
    [Parameter]
    public EventCallback<SongAnalysis> Changed { get; set; }

    [Inject]
    private SongAnalyst Analyst { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    /// <summary>Where the song is, and what is looped.</summary>
    public ValueTask<WavePlace> PlaceAsync() => player!.PlaceAsync();

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // The same list as long as nothing changed: the waveform is told of a new one.
        if (!ReferenceEquals(banded, Analysis?.Sections))
        {
            banded = Analysis?.Sections;
            bands = [.. (banded ?? []).Select(section => new WaveBand(section.Start, section.End, section.Label, section.Group))];
        }

        if (!ReferenceEquals(chorded, Analysis?.Chords))
        {
            chorded = Analysis?.Chords;
            chords = [.. (chorded ?? []).Select(chord => new WaveSpan(chord.Start, chord.End, chord.Name))];
        }
    }

    private Task CorrectAsync(Func<SongAnalysis, Correction> wish)
    {
        var correction = new Correction();
        return ChangeAsync(
            seen => Analyst.CorrectAsync(OwnerId, SongId, correction = wish(seen) with { Version = seen.Version }, CancellationToken.None),
            (before, after) => CorrectionWords.Say(correction, before, after));
    }

    private Task UndoAsync() => ChangeAsync(_ => Analyst.UndoAsync(OwnerId, SongId, CancellationToken.None), (_, after) => $"Undone. {CorrectionWords.Grid(after)}");

    private Task RedoAsync() => ChangeAsync(_ => Analyst.RedoAsync(OwnerId, SongId, CancellationToken.None), (_, after) => $"Done again. {CorrectionWords.Grid(after)}");

    private Task RestoreAsync() => ChangeAsync(_ => Analyst.RestoreAsync(OwnerId, SongId, CancellationToken.None), (_, after) => $"As it was heard. {CorrectionWords.Grid(after)}");

    private Task UseStemsAsync() => ChangeAsync(_ => Analyst.AcceptStemsAsync(OwnerId, SongId, CancellationToken.None), (_, after) => StemsHeardWords.Say(after));

    private Task DismissStemsAsync() => ChangeAsync(_ => Analyst.DismissStemsAsync(OwnerId, SongId, CancellationToken.None), (_, _) => "Left as it is; the stems can be used later.");

    private Task TakeStemsBackAsync() => ChangeAsync(_ => Analyst.TakeStemsBackAsync(OwnerId, SongId, CancellationToken.None), (_, after) => StemsHeardWords.Say(after));

    private Task MoveBorderAsync(BorderMove move)
    {
        var pressed = Analysis!.Sections;
        return CorrectAsync(seen => new() { Sections = SectionEdits.Move(seen.Sections, SectionEdits.Find(seen.Sections, pressed, Math.Min(move.Index, pressed.Count - 1)), move.Seconds) });
    }

    private async Task TapAsync(IReadOnlyList<double> taps)
    {
        var place = await PlaceAsync();

        // The first tap of a round may have fallen just before the song went back.
        await CorrectAsync(seen => !isOnlyLoop ? new() { Taps = taps } : BeatTools.InLoop(new() { Taps = [.. taps.Where(tap => tap >= place.LoopStart && tap < place.LoopEnd)] }, place, seen));
    }

    // One after the other: a quick hand builds each change on the one before, not on what it saw when it pressed.
    private Task ChangeAsync(Func<SongAnalysis, Task<SongAnalysis>> change, Func<SongAnalysis, SongAnalysis, string> say) => last = ChangeAfterAsync(last, change, say);

    private async Task ChangeAfterAsync(Task previous, Func<SongAnalysis, Task<SongAnalysis>> change, Func<SongAnalysis, SongAnalysis, string> say)
    {
        // Whoever asked for it has been told if it failed.
        await previous.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        var before = Analysis!;
        SongAnalysis? after = null;
        if (await Snackbar.TryAsync(async () => after = await change(before)))
        {
            said = say(before, after!);
            await Changed.InvokeAsync(after!);
        }
        else
        {
            // Another tab may have been quicker.
            await Snackbar.TryAsync(async () => await Changed.InvokeAsync(await Analyst.GetAsync(OwnerId, SongId, CancellationToken.None)));
        }

        StateHasChanged();
    }
}
