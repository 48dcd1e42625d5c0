using Downbeat.Caching;
using Downbeat.Data;
using Downbeat.Features.Accounts;
using Downbeat.Tests.Support;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Downbeat.Tests.Features.Accounts;

/// <summary>Identity as the studio wires it over an empty database, without the rest.</summary>
public sealed class RegistrarTests(PostgresServer postgres)
{
    public static TheoryData<string> Databases => TestDatabase.Kinds;

    [Theory, MemberData(nameof(Databases))]
    public async Task The_first_account_is_the_administrator_and_the_second_is_not(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var services = Wire(database);

        Assert.True((await RegisterAsync(services, "first@example.org")).Succeeded);
        Assert.True((await RegisterAsync(services, "second@example.org")).Succeeded);

        Assert.Equal(["first@example.org"], await AdministratorsAsync(services));
        await using var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["first", "second"], await db.Users.Select(user => user.DisplayName).Order().ToListAsync(TestContext.Current.CancellationToken));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Of_those_who_come_first_together_one_is_the_administrator_and_all_have_their_account(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var services = Wire(database);

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => RegisterAsync(services, $"user{i}@example.org"))));

        Assert.All(results, result => Assert.True(result.Succeeded, result.ToString()));
        Assert.Single(await AdministratorsAsync(services));
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task One_address_registered_at_the_same_moment_makes_one_account(string kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind, postgres);
        await using var services = Wire(database);

        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => RegisterAsync(services, "same@example.org"))));

        Assert.Single(results, result => result.Succeeded);
        Assert.All(results.Where(result => !result.Succeeded), result => Assert.StartsWith("Duplicate", result.Errors.First().Code, StringComparison.Ordinal));
        await using var db = await database.Contexts.CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1, await db.Users.CountAsync(TestContext.Current.CancellationToken));
    }

    private static ServiceProvider Wire(TestDatabase database)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(database.Contexts);
        services.AddScoped(_ => database.Contexts.CreateDbContext());
        services.AddCaching(new ConfigurationBuilder().Build());
        services.AddAccounts(new ConfigurationBuilder().Build());
        return services.BuildServiceProvider();
    }

    /// <summary>As in one request, with a context of its own.</summary>
    private static async Task<IdentityResult> RegisterAsync(ServiceProvider services, string email)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<UserManager<User>>().CreateAsync(new User { UserName = email, Email = email }, ApiCaller.Password);
    }

    private static async Task<IEnumerable<string?>> AdministratorsAsync(ServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<UserManager<User>>().GetUsersInRoleAsync(Registrar.Administrator)).Select(user => user.Email);
    }
}
