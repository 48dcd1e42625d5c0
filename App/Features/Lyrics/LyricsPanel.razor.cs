using System.Text;
using Downbeat.Components;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using MudBlazor;

namespace Downbeat.Features.Lyrics;

/// <summary>The words of a song: bring them, put them in their place, take them along.</summary>
public sealed partial class LyricsPanel : IDisposable
{
    // Each goes over the circuit in one message, which has a limit of 32 KB, and a character may take three bytes.
    private const int MaxPastedLength = 8000;
    private const double NudgeSeconds = 0.01;
    private const double LargeNudgeSeconds = 0.1;
    private readonly SemaphoreSlim turn = new(1);
    private SongLyrics? lyrics;
    private Guid shown;
    private string pasted = "";
    private (int Place, double Seconds)? nudged;
    private int selected = -1;
    private int refusals;
    private bool takesLaterAlong;
    private bool isRead;

    /// <summary>Whose they are.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The song.</summary>
    [Parameter, EditorRequired]
    public Guid SongId { get; set; }

    /// <summary>Where the player stands, in seconds; without it the buttons that need it are not shown.</summary>
    [Parameter]
    public Func<Task<double>>? Playhead { get; set; }

    /// <summary>Called with the lines whenever they were read or changed; none when the song has no words.</summary>
    [Parameter]
    public EventCallback<IReadOnlyList<LyricLine>> Changed { get; set; }

    [Inject]
    private LyricSheet Sheet { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    private int Untimed => lyrics!.Lines.Count(line => line.Start is null);

    private string EstimateText => Untimed > 0
        ? $"{Wording.Count(Untimed, "line")} without a time."
        : $"{Wording.Count(lyrics!.Lines.Count(line => line.IsEstimate), "time")} (≈) spread over the singing as an estimate. Put some in their place, then spread the rest between them.";

    /// <inheritdoc/>
    public void Dispose() => turn.Dispose();

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (RendererInfo.IsInteractive && shown != SongId)
        {
            shown = SongId;
            await LoadAsync();
        }
    }

    private string Export(string format) => $"/api/v1/songs/{SongId}/lyrics.{format}";

    private string TimeOf(int place) => LyricTime.Text(nudged is var (at, seconds) && at == place ? seconds : lyrics!.Lines[place].Start);

    private async Task LoadAsync()
    {
        await Snackbar.TryAsync(async () => lyrics = await Sheet.FindAsync(OwnerId, SongId, CancellationToken.None));
        selected = -1;
        isRead = true;
        await Changed.InvokeAsync(lyrics?.Lines ?? []);
    }

    private async Task PasteAsync()
    {
        if (await SaveAsync(() => Sheet.ImportAsync(OwnerId, SongId, Encoding.UTF8.GetBytes(pasted), CancellationToken.None)))
        {
            pasted = "";
        }
    }

    private async Task DeleteAsync()
    {
        if (await Dialogs.ConfirmAsync("Remove the lyrics?", "The words, their times and all changes go. Files that you took along stay.", "Remove"))
        {
            await Snackbar.TryAsync(() => Sheet.DeleteAsync(OwnerId, SongId, CancellationToken.None));
            await LoadAsync();
        }
    }

    // Focus that comes back after a refusal must not draw the line anew.
    private void Select(int place)
    {
        if (selected != place)
        {
            selected = place;
            nudged = null;
        }
    }

    // Saved once, when the key is let go.
    private void Nudge(KeyboardEventArgs key, int place)
    {
        if (key.Key is "ArrowUp" or "ArrowDown" && lyrics!.Lines[place].Start is { } start)
        {
            var step = (key.ShiftKey ? LargeNudgeSeconds : NudgeSeconds) * (key.Key == "ArrowUp" ? 1 : -1);
            nudged = (place, Math.Max(0, (nudged?.Seconds ?? start) + step));
        }
    }

    private Task EndNudgeAsync(KeyboardEventArgs key) =>
        key.Key is "ArrowUp" or "ArrowDown" && nudged is var (place, seconds) ? MoveAsync(place, seconds) : Task.CompletedTask;

    private async Task BeginAsync(int place, string? text)
    {
        var seconds = 0.0;
        if (await Snackbar.TryAsync(() => Task.FromResult(seconds = LyricTime.Parse(text ?? ""))))
        {
            await MoveAsync(place, seconds);
        }
        else
        {
            refusals++;
        }
    }

    private Task RewordAsync(int place, string? text) => EditAsync((lines, _) => LyricEdits.Reword(lines, place, text ?? ""));

    private Task MoveAsync(int place, double seconds) => EditAsync((lines, duration) => LyricEdits.Begin(lines, place, seconds, takesLaterAlong, duration));

    private async Task EditAsync(Func<IReadOnlyList<LyricLine>, double, IReadOnlyList<LyricLine>> edit) =>
        await SaveAsync(() => Sheet.EditAsync(OwnerId, SongId, lyrics!.Version, edit, CancellationToken.None));

    // One after the other, each from what the one before it left. After a refusal the fields show again what stands.
    private async Task<bool> SaveAsync(Func<Task<SongLyrics>> change)
    {
        await turn.WaitAsync();
        try
        {
            var isDone = await Snackbar.TryAsync(async () => lyrics = await change());
            if (!isDone)
            {
                refusals++;
                lyrics = await Sheet.FindAsync(OwnerId, SongId, CancellationToken.None);
            }

            nudged = null;
            selected = Math.Min(selected, (lyrics?.Lines.Count ?? 0) - 1);
            await Changed.InvokeAsync(lyrics?.Lines ?? []);

            // The press may have been in a line's tools, which would draw themselves alone.
            StateHasChanged();
            return isDone;
        }
        finally
        {
            turn.Release();
        }
    }
}
