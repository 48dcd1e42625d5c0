using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Downbeat.Http;

/// <summary>One page of a list.</summary>
/// <param name="Items">The items, newest first.</param>
/// <param name="PageNumber">Page, from 1.</param>
/// <param name="PageSize">Items on a full page.</param>
/// <param name="Total">Items on all pages.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: System.Text.Json.Serialization.JsonPropertyName("page")] int PageNumber, int PageSize, int Total)
{
    /// <summary>The page with only the fields that the caller named.</summary>
    internal object Narrow(Paging paging)
    {
        if (paging.Fields is not { Length: > 0 } fields)
        {
            return this;
        }

        var wanted = fields.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var narrow = Items.Select(item => new JsonObject(
            JsonSerializer.SerializeToNode(item, ApiJson.Options)!.AsObject()
                .Where(field => wanted.Contains(field.Key))
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))));
        return new Page<JsonObject>([.. narrow], PageNumber, PageSize, Total);
    }
}

/// <summary>Which page the caller wants.</summary>
/// <param name="Page">From 1.</param>
/// <param name="PageSize">1 to 100.</param>
/// <param name="Fields">Names of fields, separated by commas; all when null.</param>
public sealed record Paging([FromQuery] int? Page = null, [FromQuery] int? PageSize = null, [FromQuery] string? Fields = null)
{
    /// <summary>Which page it is, in a word.</summary>
    internal string Place => $"{Number}-{Size}";

    private int Number => Page ?? 1;

    private int Size => PageSize ?? 10;

    /// <summary>
    /// Reads the page and the total with one query. However far back the page lies, what comes before it is passed over in an index; only the rows of the page themselves are read.
    /// </summary>
    /// <param name="ids">Everything on the list, in its order, by identity: an index that holds the filter, the order and the identity gives them without a look at the table.</param>
    /// <param name="show">What is shown of those whose identities it is given, in the same order.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StudioProblem">400 <c>request.page</c>.</exception>
    public async Task<Page<T>> ReadAsync<T>(IQueryable<Guid> ids, Func<IQueryable<Guid>, IQueryable<T>> show, CancellationToken stop)
    {
        if (Number is < 1 or > 1_000_000 || Size is < 1 or > 100)
        {
            throw new StudioProblem(400, "request.page", "page begins at 1 and pageSize lies between 1 and 100.");
        }

        var before = (Number - 1) * Size;
        var rows = await show(ids.Skip(before).Take(Size)).Select(row => new { Row = row, Total = ids.Count() }).ToListAsync(stop);
        var total = rows is [var first, ..] ? first.Total : before == 0 ? 0 : await ids.CountAsync(stop);
        return new([.. rows.Select(row => row.Row)], Number, Size, total);
    }
}
