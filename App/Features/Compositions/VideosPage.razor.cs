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
    private Guid ownerId;
    private JobFeed? feed;

    /// <summary>What is shown; it comes over from the prerendered page, so nothing is asked twice.</summary>
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
        gone.Cancel();
        gone.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        ownerId = (await State).User.UserId();
        if (View?.PageNumber != WantedPage)
        {
            await LoadAsync();
        }
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            feed = new(Board, ownerId, jobs => InvokeAsync(() => ShowAsync(jobs)), DispatchExceptionAsync);
        }
    }

    private async Task LoadAsync() => View = await Studio.ListAsync(ownerId, null, new Paging(WantedPage, PageSize), gone.Token);

    private async Task ShowAsync(IReadOnlyList<Job> jobs)
    {
        var renders = jobs.Where(job => job.Kind == JobKind.Composition).ToList();
        if (renders.Count == 0 || View is null)
        {
            return;
        }

        if (renders.Exists(job => job.IsFinished || !View.Items.Any(video => video.JobId == job.Id)))
        {
            await LoadAsync();
        }
        else
        {
            View = View with { Items = [.. View.Items.Select(video => renders.FindLast(job => job.Id == video.JobId) is { } job ? video.With(job) : video)] };
        }

        StateHasChanged();
    }
}
