using Downbeat.Components;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Downbeat.Features.Compositions;

/// <summary>One video: play it, take it home, throw it away; or see why there is none.</summary>
public sealed partial class VideoCard
{
    private static readonly (string Name, string Extension, string Use)[] Formats =
    [
        ("OpenTimelineIO", "otio", "DaVinci Resolve, Premiere, Avid, Kdenlive"),
        ("EDL (CMX 3600)", "edl", "Anything that edits: cuts, dissolves, speeds"),
        ("Final Cut Pro XML", "fcpxml", "Final Cut Pro, DaVinci Resolve"),
    ];

    private bool isBusy;

    /// <summary>Whose it is.</summary>
    [Parameter, EditorRequired]
    public Guid OwnerId { get; set; }

    /// <summary>The video.</summary>
    [Parameter, EditorRequired]
    public CompositionView Video { get; set; } = default!;

    /// <summary>The one that the page is about.</summary>
    [Parameter]
    public bool IsLarge { get; set; }

    /// <summary>Names the song, and leads to it.</summary>
    [Parameter]
    public bool ShowsSong { get; set; }

    /// <summary>Called when the videos are to be read again.</summary>
    [Parameter]
    public EventCallback Changed { get; set; }

    [Inject]
    private CompositionStudio Studio { get; set; } = default!;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private IDialogService Dialogs { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private string Words => VideoWishes.Describe(Video.Settings);

    // The same plan would fail the same way.
    private bool LacksItsWatermark => Video is { Status: JobStatus.Failed, ErrorCode: "composition.watermark_gone" };

    private string TimelineUrl => $"/songs/{Video.SongId}/timeline?video={Video.Id}";

    private string Details => string.Join(" · ", Parts());

    private IEnumerable<string> Parts()
    {
        if (Video.DurationSeconds is { } seconds)
        {
            yield return Wording.Clock(seconds);
        }

        if (Video.SizeBytes is { } bytes)
        {
            yield return Wording.Size(bytes);
        }

        if (IsLarge && Video.ReusedShots > 0)
        {
            yield return $"{Video.ReusedShots} of {Video.ReusedShots + Video.RenderedShots} shots reused";
        }

        yield return Wording.Ago(Video.CreatedAt, Clock.GetUtcNow());
    }

    private Task<bool> CancelAsync() => ChangeAsync(() => Studio.CancelAsync(OwnerId, Video.Id, CancellationToken.None));

    private Task<bool> RetryAsync() => ChangeAsync(() => Desk.RetryAsync(OwnerId, Video.JobId, CancellationToken.None));

    // A fresh plan would lose what was done by hand, or may have been: there the person chooses, with the cut before them.
    private Task<bool> MakeAgainAsync() => ChangeAsync(async () =>
    {
        var cut = await Studio.CutOfAsync(OwnerId, Video.Id, CancellationToken.None);
        if (cut.IsByHand != false || cut.Shots.Any(shot => shot.IsLocked))
        {
            Navigation.NavigateTo(TimelineUrl);
        }
        else
        {
            await Studio.MakeAgainAsync(OwnerId, Video.Id, CancellationToken.None);
        }
    });

    private async Task DeleteAsync()
    {
        if (await Dialogs.ConfirmAsync("Delete this video?", "The file goes for good. The song and its clips stay, so it can be made again.", "Delete"))
        {
            await ChangeAsync(() => Studio.DeleteAsync(OwnerId, Video.Id, CancellationToken.None));
        }
    }

    private async Task<bool> ChangeAsync(Func<Task> work)
    {
        isBusy = true;
        var isDone = await Snackbar.TryAsync(work);
        await Changed.InvokeAsync();
        isBusy = false;
        StateHasChanged();
        return isDone;
    }
}
