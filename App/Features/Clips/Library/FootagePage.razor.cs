using Downbeat.Components;
using Downbeat.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.JSInterop;

namespace Downbeat.Features.Clips.Library;

/// <summary>Everything somebody has to cut to, for all songs.</summary>
public sealed partial class FootagePage
{
    private const int PageSize = 24;
    private readonly CancellationTokenSource gone = new();
    private Resting<string> typing = default!;
    private ElementReference root;
    private IJSObjectReference? module;
    private Guid ownerId;
    private string wanted = "";
    private string? searched;
    private int reads;

    /// <summary>What is shown; it comes over from the prerendered page, so that there is something to see at once.</summary>
    [PersistentState]
    public FootageView? View { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [SupplyParameterFromQuery(Name = "search")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "tag")]
    private string? Tag { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> State { get; set; } = default!;

    [Inject]
    private FootageLibrary Library { get; set; } = default!;

    [Inject]
    private IOptions<ClipOptions> Options { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    private int WantedPage => Math.Clamp(PageNumber ?? 1, 1, 100_000);

    /// <summary>Address of the page with a search and a tag.</summary>
    internal static string AddressOf(string? search, string? tag) => QueryOf(search, tag) is { Length: > 0 } query ? $"/clips?{query[..^1]}" : "/clips";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Not disposed: a write that outlives the page asks for the token once more, to look again.
        await gone.CancelAsync();
        try
        {
            if (module is not null)
            {
                await module.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page is gone.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        typing = new(Clock, FindAsync);
        ownerId = (await State).User.UserId();
    }

    // The living page reads again: what came over may be hours old.
    /// <inheritdoc/>
    protected override Task OnParametersSetAsync()
    {
        // Else what is typed while a search is on its way would be taken back.
        if (searched != (Search ?? ""))
        {
            searched = wanted = Search ?? "";
        }

        return LoadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            module = await Js.InvokeAsync<IJSObjectReference>("import", "./" + Assets["Features/Clips/Library/FootagePicture.razor.js"]);
            await module.InvokeVoidAsync("letPreview", root);
        }
    }

    private static string QueryOf(string? search, string? tag) =>
        $"{(string.IsNullOrWhiteSpace(search) ? "" : $"search={Uri.EscapeDataString(search)}&")}{(string.IsNullOrWhiteSpace(tag) ? "" : $"tag={Uri.EscapeDataString(tag)}&")}";

    private bool IsChosen(string tag) => Tag is not null && FootageSearch.Fold(tag) == FootageSearch.Fold(Tag.Trim());

    private Task FindAsync(string search)
    {
        if (!gone.IsCancellationRequested && searched != search)
        {
            searched = search;
            Navigation.NavigateTo(AddressOf(search, Tag), replace: true);
        }

        return Task.CompletedTask;
    }

    private async Task LoadAsync()
    {
        var read = ++reads;
        var search = Search is { Length: > FootageSearch.MostLength } tooLong ? tooLong[..FootageSearch.MostLength] : Search;
        var found = await Library.ListAsync(ownerId, search, Tag, new Paging(WantedPage, PageSize), gone.Token);
        var tags = await Library.TagsAsync(ownerId, gone.Token);
        if (read == reads)
        {
            var isAll = AddressOf(Search, Tag) == "/clips";
            View = new(found, isAll || Tag is null || tags.Any(IsChosen) ? tags : [.. tags, Tag], isAll && found.Total == 0);
        }
    }
}

/// <summary>What the page of the library shows.</summary>
/// <param name="Found">What was searched for.</param>
/// <param name="Tags">Tags to choose from.</param>
/// <param name="IsEmpty">There is nothing in the library.</param>
public sealed record FootageView(Page<Footage> Found, IReadOnlyList<string> Tags, bool IsEmpty);
