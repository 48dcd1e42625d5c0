using Microsoft.AspNetCore.Http.HttpResults;

namespace Downbeat.Features.Accounts;

/// <summary>Turns what Identity's own endpoints refuse into problem documents like all others: a stable code, a sentence, and the field to blame.</summary>
internal static class AuthRefusals
{
    /// <summary>Adds the translation to all endpoints of a group.</summary>
    public static RouteGroupBuilder WithPlainRefusals(this RouteGroupBuilder group)
    {
        group.AddEndpointFilter(async (context, next) =>
        {
            var result = await next(context);
            return (result is INestedHttpResult { Result: var nested } ? nested : result) switch
            {
                ValidationProblem refusal => throw InvalidField(refusal.ProblemDetails.Errors),
                ProblemHttpResult { StatusCode: StatusCodes.Status401Unauthorized } refusal => throw NotSignedIn(refusal.ProblemDetails.Detail),
                _ => result,
            };
        });
        return group;
    }

    private static StudioProblem NotSignedIn(string? reason) => reason switch
    {
        "LockedOut" => new(401, "auth.locked_out", "Too many wrong passwords. The account rests for a few minutes; try again then."),
        "RequiresTwoFactor" => new(401, "auth.two_factor", "Send the code of your authenticator too, as twoFactorCode."),
        _ => new(401, "auth.failed", "The email or the password is not right."),
    };

    private static StudioProblem InvalidField(IDictionary<string, string[]> errors)
    {
        if (errors.Keys.Any(code => code.StartsWith("Duplicate", StringComparison.Ordinal)))
        {
            const string Taken = "There is already an account with this email; sign in instead.";
            return new(400, "auth.email_taken", Taken, new Dictionary<string, string[]> { ["email"] = [Taken] });
        }

        var fields = errors.GroupBy(error => FieldOf(error.Key), error => error.Value).ToDictionary(field => field.Key, field => field.SelectMany(sentences => sentences).ToArray());
        return new(400, "request.field", string.Join(' ', fields.Values.SelectMany(sentences => sentences)), fields);
    }

    private static string FieldOf(string code) => code switch
    {
        _ when code.Contains("Password", StringComparison.Ordinal) => "password",
        _ when code.Contains("Email", StringComparison.Ordinal) || code.Contains("UserName", StringComparison.Ordinal) => "email",
        _ => char.ToLowerInvariant(code[0]) + code[1..],
    };
}
