using System.Text.RegularExpressions;
using Downbeat.E2E.Support;
using Downbeat.Features.Clips.Library;
using Downbeat.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Http;

/// <summary>What an answer costs the database does not depend on how much there is to show.</summary>
public sealed partial class QueryCountTests(Studios studios)
{
    private const int Many = 40;

    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task Programs_cost_the_same_queries_for_one_thing_and_for_forty(string database)
    {
        var studio = await studios.OnAsync(database);
        using var one = await ApiCaller.RegisterAsync(studio);
        using var many = await ApiCaller.RegisterAsync(studio);
        var (songOfOne, songOfMany) = (await FillAsync(studio, one, 1), await FillAsync(studio, many, Many));

        (string Path, int Items)[] paths =
        [
            ("songs?pageSize=100", Many), ("songs/{0}", 1), ("songs/{0}/clips?pageSize=100", Many), ("songs/{0}/clips/status", Many), ("songs/{0}/compositions?pageSize=100", Many),
            ("compositions?pageSize=100", Many), ("jobs?pageSize=100", 2 * Many), ("footage?pageSize=100", Many), ("footage?pageSize=100&search=film&tag=sea", Many),
        ];
        foreach (var (path, items) in paths)
        {
            var (few, _) = await QueriesAsync(one.Http, string.Format(path, songOfOne));
            var (all, text) = await QueriesAsync(many.Http, string.Format(path, songOfMany));
            Assert.True(few == all && few > 0, $"{path}: {few} queries for one, {all} for many");
            Assert.True(text.Split("\"createdAt\"").Length - 1 == items, $"{path} shows {items} items");
        }

        Assert.Equal(0, (await QueriesAsync(many.Http, $"songs/{songOfMany}/clips/status")).Queries);
        Assert.Equal(1, (await QueriesAsync(many.Http, $"songs/{songOfMany}/analysis")).Queries);
        Assert.Equal(0, (await QueriesAsync(many.Http, $"songs/{songOfMany}/analysis")).Queries);
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Pages_cost_the_same_queries_for_one_thing_and_for_forty(string database)
    {
        var studio = await studios.OnAsync(database);
        using var one = await ApiCaller.RegisterAsync(studio);
        using var many = await ApiCaller.RegisterAsync(studio);
        var (songOfOne, songOfMany) = (await FillAsync(studio, one, 1), await FillAsync(studio, many, Many));
        using var visitorOfOne = await Visitor.SignInAsync(studio, one);
        using var visitorOfMany = await Visitor.SignInAsync(studio, many);

        foreach (var path in new[] { "songs", "songs/{0}", "videos", "clips" })
        {
            var (few, textOfFew) = await QueriesAsync(visitorOfOne.Http, string.Format(path, songOfOne));
            var (all, textOfAll) = await QueriesAsync(visitorOfMany.Http, string.Format(path, songOfMany));
            Assert.True(few == all && few > 0, $"{path}: {few} queries for one, {all} for many");
            Assert.Contains("Song 0", textOfFew, StringComparison.Ordinal);
            Assert.Contains("Song ", textOfAll, StringComparison.Ordinal);
        }
    }

    private static async Task<Guid> FillAsync(Studio studio, ApiCaller caller, int count)
    {
        var owner = await caller.OwnerIdAsync();
        var songs = await studio.AddSongsAsync(owner, count);
        await studio.AddClipsAsync(owner, songs[0], count);
        await studio.AddVideosAsync(owner, songs[0], count);
        var library = studio.Services.GetRequiredService<FootageLibrary>();
        foreach (var footage in await studio.AddFootageAsync(owner, songs[^1], [.. Enumerable.Range(0, count).Select(i => $"Film {i}")]))
        {
            await library.ChangeAsync(owner, footage, null, ["Sea"], CancellationToken.None);
        }

        return songs[0];
    }

    private static async Task<(int Queries, string Text)> QueriesAsync(HttpClient http, string path)
    {
        var answer = await http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"{path} answered {(int)answer.StatusCode}");
        return (int.Parse(Count().Match(answer.Headers.GetValues("Server-Timing").Single()).Groups[1].Value), await answer.Content.ReadAsStringAsync());
    }

    [GeneratedRegex("desc=\"([0-9]+) queries\"")]
    private static partial Regex Count();
}
