using Downbeat.Components;
using Downbeat.Http;
using Downbeat.Jobs;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Downbeat.Features.Compositions;

/// <summary>Everything somebody had made.</summary>
public sealed partial class VideosPage
{
    private const int PageSize = 12;
    private readonly CancellationTokenSource gone = new();
    private readonly JobNews news = new();
    private Guid ownerId;
    private JobFeed? feed;
    private int reads;

    /// <summary>What is shown; it comes over from the prerendered page, so that there is something to see at once.</summary>
    [PersistentState]
    public Page<CompositionView>? View { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private CompositionStudio Studio { get; set; } = default!;

    [Inject]
    private JobBoard Board { get; set; } = default!;

    private int WantedPage => Math.Clamp(PageNumber ?? 1, 1, 100_000);

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
        if (RendererInfo.IsInteractive)
        {
            feed = new(Board, ownerId, jobs => InvokeAsync(() => ShowAsync(jobs)), DispatchExceptionAsync);
        }
    }

    // The living page reads again: what came over may be hours old, and a job may have ended since.
    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        var read = ++reads;
        var videos = await Studio.ListAsync(ownerId, null, new Paging(WantedPage, PageSize), gone.Token);
        if (read == reads)
        {
            View = videos;
        }
    }

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        var renders = jobs.Where(job => job.Kind == JobKind.Composition).ToList();
        if (renders.Count == 0)
        {
            return;
        }

        if (news.CallFor(renders, job => View?.Items.Any(video => video.JobId == job.Id) == true))
        {
            await LoadAsync();
        }
        else if (View is not null)
        {
            View = View with { Items = [.. View.Items.Select(video => renders.FindLast(job => job.Id == video.JobId) is { } job ? video.With(job) : video)] };
        }

        StateHasChanged();
    }
}
