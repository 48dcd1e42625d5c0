using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Downbeat.Features.Lyrics;

/// <summary>One line of the lyrics. It draws itself only when it shows something else than before: a song may have 2,000.</summary>
public sealed partial class LyricLineRow
{
    private const double NudgeSeconds = 0.01;
    private const double LargeNudgeSeconds = 0.1;
    private double? nudged;
    private double? saving;
    private string? typedTime;
    private string? typedText;
    private (LyricLine, int, bool, bool, string?, string?) drawn;

    /// <summary>Where the line stands.</summary>
    [Parameter, EditorRequired]
    public LyricsPanel Panel { get; set; } = default!;

    /// <summary>Its number on the page.</summary>
    [Parameter, EditorRequired]
    public int Id { get; set; }

    /// <summary>The line.</summary>
    [Parameter, EditorRequired]
    public LyricLine Line { get; set; } = default!;

    /// <summary>Its place among the lines, from 0.</summary>
    [Parameter, EditorRequired]
    public int Place { get; set; }

    /// <summary>It is the one that somebody works at.</summary>
    [Parameter]
    public bool IsSelected { get; set; }

    /// <summary>No line follows.</summary>
    [Parameter]
    public bool IsLast { get; set; }

    private (LyricLine Line, int Place, bool IsSelected, bool IsLast, string? Time, string? Text) Look => (Line, Place, IsSelected, IsLast, TimeText, WordsText);

    // What was typed stands until it is saved or refused; then what is so takes its place, even when that looks as the line was drawn last.
    private string TimeText => typedTime ?? LyricTime.Text(nudged ?? Line.Start);

    private string WordsText => typedText ?? Line.Text;

    /// <inheritdoc/>
    protected override void OnInitialized() => drawn = Look;

    /// <inheritdoc/>
    protected override bool ShouldRender()
    {
        if (drawn == Look)
        {
            return false;
        }

        drawn = Look;
        return true;
    }

    // Saved when the key is let go.
    private void Nudge(KeyboardEventArgs key)
    {
        if (IsNudge(key) && Line.Start is { } start)
        {
            var step = (key.ShiftKey ? LargeNudgeSeconds : NudgeSeconds) * (key.Key == "ArrowUp" ? 1 : -1);
            nudged = Math.Max(0, (nudged ?? start) + step);
        }
    }

    private Task EndNudgeAsync(KeyboardEventArgs key) => IsNudge(key) ? SaveNudgeAsync() : Task.CompletedTask;

    // A key that is pressed meanwhile goes on from where this one ended, and is saved after it.
    private async Task SaveNudgeAsync()
    {
        if (nudged is { } seconds && saving != seconds)
        {
            saving = seconds;
            await MoveAsync(seconds);
            saving = saving == seconds ? null : saving;
            nudged = nudged == seconds ? null : nudged;
        }
    }

    private static bool IsNudge(KeyboardEventArgs key) => key.Key is "ArrowUp" or "ArrowDown";

    private async Task BeginAsync(string? text)
    {
        typedTime = text;
        await Panel.MoveAsync(Place, () => LyricTime.Parse(text));
        (typedTime, drawn) = (null, default);
    }

    private async Task RewordAsync(string? text)
    {
        var place = Place;
        typedText = text;
        await Panel.EditAsync((lines, _) => LyricEdits.Reword(lines, place, text ?? ""));
        (typedText, drawn) = (null, default);
    }

    private Task<bool> MoveAsync(double seconds) => Panel.MoveAsync(Place, () => seconds);
}
