using Downbeat.Components;
using Downbeat.Features.Analysis;
using Downbeat.Features.Clips;
using Downbeat.Features.Compositions;
using Downbeat.Features.Lyrics;
using Downbeat.Features.Songs;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace Downbeat.Features.Studio;

/// <summary>One song with everything that hangs on it: what was heard, its clips, its videos.</summary>
public sealed partial class SongPage
{
    private readonly CancellationTokenSource gone = new();
    private Guid ownerId;
    private JobFeed? feed;
    private Task reading = Task.CompletedTask;
    private Job? listening;
    private Job? drawing;
    private SongAnalysis? analysis;
    private ListeningPanel? player;
    private IReadOnlyList<WaveSpan> lyrics = [];
    private IReadOnlyList<Clip>? clips;
    private IReadOnlyList<CompositionView>? videos;

    /// <summary>The song.</summary>
    [Parameter]
    public Guid SongId { get; set; }

    /// <summary>The song's row; it comes over from the prerendered page. The rest is read once the page is alive.</summary>
    [PersistentState]
    public Song? Song { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private SongLibrary Library { get; set; } = default!;

    [Inject]
    private SongAnalyst Analyst { get; set; } = default!;

    [Inject]
    private ClipLibrary Footage { get; set; } = default!;

    [Inject]
    private CompositionStudio Videos { get; set; } = default!;

    [Inject]
    private JobDesk Desk { get; set; } = default!;

    [Inject]
    private JobBoard Board { get; set; } = default!;

    [Inject]
    private ISnackbar Snackbar { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private bool IsDead => !RendererInfo.IsInteractive;

    private IEnumerable<CompositionView> Running => (videos ?? []).Where(IsRunning);

    private IReadOnlyList<CompositionView>? Shown => videos is null ? null : [.. videos.Where(video => !IsRunning(video))];

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

    // The living page reads everything again, the song too: what came over may be hours old, and a job may have ended since.
    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => reading = ReadAsync();

    private async Task ReadAsync()
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

        if (!IsDead)
        {
            await LoadAsync();
        }
    }

    private static bool IsRunning(CompositionView video) => video.Status is JobStatus.Queued or JobStatus.Running;

    private async Task LoadAsync()
    {
        await LoadAnalysisAsync();
        var jobs = (await Desk.ActiveAsync(ownerId, gone.Token)).Where(IsOfThisSong).ToList();
        listening = jobs.FindLast(job => job.Kind == JobKind.Analysis);
        drawing = jobs.FindLast(IsGroup);
        await LoadClipsAsync();
        await LoadVideosAsync();
    }

    private async Task LoadAnalysisAsync() => Take(await Analyst.FindAsync(ownerId, SongId, gone.Token));

    // What was read before the last correction may come after it.
    private void Take(SongAnalysis? read)
    {
        if (read is null || read.SongId != analysis?.SongId || read.Version > analysis.Version)
        {
            analysis = read;
        }
    }

    // The plan of the next video follows the new grid by its version; the videos that were made say that theirs is older.
    private Task CorrectedAsync(SongAnalysis corrected)
    {
        Take(corrected);
        return LoadVideosAsync();
    }

    private async Task<double> PlayheadAsync() => (await player!.PlaceAsync()).Seconds;

    private void ShowLyrics(IReadOnlyList<LyricLine> lines)
    {
        LyricLine[] timed = [.. lines.Where(line => line.Start is not null).OrderBy(line => line.Start)];
        lyrics = [.. timed.Select((line, i) => new WaveSpan(line.Start!.Value, line.End ?? timed.ElementAtOrDefault(i + 1)?.Start ?? Song!.DurationSeconds, line.Text))];
    }

    private async Task LoadClipsAsync()
    {
        clips = await Footage.ListAsync(ownerId, SongId, gone.Token);
    }

    private async Task LoadVideosAsync() => videos = await Videos.ListAsync(ownerId, SongId, gone.Token);

    private bool IsOfThisSong(Job job) => job.RootId == SongId || job.SubjectId == SongId;

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        // Else a slow first reading would put back what the push has moved on.
        await reading;
        foreach (var job in jobs.Where(IsOfThisSong))
        {
            await (job.Kind switch
            {
                JobKind.Analysis => ShowAnalysisAsync(job),
                JobKind.ClipGeneration when IsGroup(job) => ShowDrawingAsync(job),
                JobKind.ClipGeneration or JobKind.ClipImport => ShowClipAsync(job),
                JobKind.Composition => ShowVideoAsync(job),
                _ => Task.CompletedTask,
            });
        }

        StateHasChanged();
    }

    private async Task ShowAnalysisAsync(Job job)
    {
        listening = job.IsFinished ? null : job;
        if (job.IsFinished && await Snackbar.TryAsync(async () => Song = await Library.GetAsync(ownerId, SongId, gone.Token)))
        {
            await LoadAnalysisAsync();
            await LoadVideosAsync();
        }
    }

    // The job that stands for all clips that were asked for together; those of the clips work on a clip each.
    private bool IsGroup(Job job) => job.Kind == JobKind.ClipGeneration && job.SubjectId == SongId;

    private async Task ShowDrawingAsync(Job job)
    {
        var isNews = drawing?.Id != job.Id || job.IsFinished;
        drawing = job.IsFinished ? null : job;
        if (isNews)
        {
            await LoadClipsAsync();
        }
    }

    // What moves is shown where it stands; only an end is read from the database.
    private async Task ShowClipAsync(Job job)
    {
        if (job.IsFinished || clips?.Any(clip => clip.Id == job.SubjectId) != true)
        {
            await LoadClipsAsync();
            return;
        }

        foreach (var clip in clips.Where(clip => clip.Id == job.SubjectId))
        {
            clip.Follow(job.Status, job.Progress, job.ErrorMessage);
        }
    }

    private async Task ShowVideoAsync(Job job)
    {
        if (!job.IsFinished && videos?.Any(video => video.JobId == job.Id) == true)
        {
            videos = [.. videos.Select(video => video.JobId == job.Id ? video.With(job) : video)];
            return;
        }

        var wasRunning = Running.Any(video => video.JobId == job.Id);
        await LoadVideosAsync();
        if (wasRunning && job.Status == JobStatus.Succeeded)
        {
            Snackbar.Add("The video is ready.", Severity.Success);
        }
    }

    private Task<bool> RenameAsync(string? title, string? artist) =>
        Snackbar.TryAsync(async () => Song = await Library.RenameAsync(ownerId, SongId, title, artist, CancellationToken.None));

    private async Task ListenAgainAsync() =>
        await Snackbar.TryAsync(async () => listening = await Analyst.RequestAsync(ownerId, SongId, null, CancellationToken.None));
}
