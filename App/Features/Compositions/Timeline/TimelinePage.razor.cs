using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Downbeat.Features.Compositions.Timeline;

/// <summary>The cut of a song's next video, to be put right by hand.</summary>
public sealed partial class TimelinePage
{
    private readonly CancellationTokenSource gone = new();
    private Guid ownerId;
    private JobFeed? feed;
    private SongAnalysis? analysis;
    private OpenTimeline? open;
    private CompositionView? video;
    private string? refusal;

    /// <summary>The song.</summary>
    [Parameter]
    public Guid SongId { get; set; }

    /// <summary>The song's row; it comes over from the prerendered page. The rest is read once the page is alive.</summary>
    [PersistentState]
    public Song? Song { get; set; }

    /// <summary>A video of the song whose cut shall be edited.</summary>
    [SupplyParameterFromQuery(Name = "video")]
    private Guid? VideoId { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private SongLibrary Library { get; set; } = default!;

    [Inject]
    private SongAnalyst Analyst { get; set; } = default!;

    [Inject]
    private TimelineDesk Desk { get; set; } = default!;

    [Inject]
    private CompositionStudio Videos { get; set; } = default!;

    [Inject]
    private JobBoard Board { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsMaking => video?.Status is JobStatus.Queued or JobStatus.Running;

    private bool IsDead => !RendererInfo.IsInteractive;

    /// <inheritdoc/>
    public void Dispose()
    {
        feed?.Dispose();

        // Not disposed: a write that outlives the page asks for the token once more, to look again.
        gone.Cancel();
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        ownerId = (await State).User.UserId();
        if (!IsDead)
        {
            feed = new(Board, ownerId, jobs => InvokeAsync(() => ShowAsync(jobs)), DispatchExceptionAsync);
        }
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        try
        {
            Song = await Library.GetAsync(ownerId, SongId, gone.Token);
        }
        catch (StudioProblem problem) when (problem.Status == 404)
        {
            Navigation.NotFound();
            return;
        }

        if (IsDead)
        {
            return;
        }

        if (VideoId is { } id)
        {
            await Snackbar.TryAsync(() => Desk.StartAsync(ownerId, SongId, new(null, id, null), gone.Token));

            // Once is enough: loaded again, the page must not put the video's cut over what was edited since.
            Navigation.NavigateTo($"/songs/{SongId}/timeline", replace: true);
            return;
        }

        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        try
        {
            analysis = await Analyst.GetAsync(ownerId, SongId, gone.Token);
            open = await Desk.GetAsync(ownerId, SongId, gone.Token);
            refusal = null;
        }
        catch (StudioProblem problem)
        {
            (open, refusal) = (null, problem.Message);
        }
    }

    private Task StartedAsync(CompositionView started)
    {
        video = started;
        return Task.CompletedTask;
    }

    private async Task<bool> CancelAsync()
    {
        var isStopping = await Snackbar.TryAsync(() => Videos.CancelAsync(ownerId, video!.Id, CancellationToken.None));
        await LoadVideoAsync();
        return isStopping;
    }

    private async Task LoadVideoAsync()
    {
        try
        {
            video = video is null ? null : await Videos.GetAsync(ownerId, video.Id, gone.Token);
        }
        catch (StudioProblem problem) when (problem.Status == 404)
        {
            // Deleted, here or in another tab.
            video = null;
        }
    }

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        foreach (var job in jobs)
        {
            if (job.Id == video?.JobId)
            {
                await ShowVideoAsync(job);
            }
            else if (job.Kind == JobKind.Analysis && job.SubjectId == SongId && job.IsFinished)
            {
                await LoadAsync();
            }
        }

        StateHasChanged();
    }

    private async Task ShowVideoAsync(Job job)
    {
        video = video!.With(job);
        if (job.IsFinished)
        {
            await LoadVideoAsync();
        }
    }
}
