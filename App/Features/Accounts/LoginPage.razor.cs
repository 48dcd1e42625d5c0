using System.ComponentModel.DataAnnotations;
using Downbeat.Data;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Downbeat.Features.Accounts;

/// <summary>Signs somebody in with a cookie.</summary>
public sealed partial class LoginPage(SignInManager<User> signIn, NavigationManager navigation)
{
    private IReadOnlyList<string> problems = [];

    [SupplyParameterFromForm]
    private LoginForm Form { get; set; } = default!;

    [SupplyParameterFromQuery]
    private string? ReturnUrl { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized() => Form ??= new();

    private async Task SignInAsync()
    {
        var result = await signIn.PasswordSignInAsync(Form.Email.Trim(), Form.Password, Form.Remember, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            navigation.NavigateTo(ReturnPath.Local(ReturnUrl));
            return;
        }

        problems = [result.IsLockedOut
            ? "Too many wrong passwords. The account rests for a few minutes; try again then."
            : "The email or the password is not right."];
    }

    private sealed class LoginForm
    {
        [Required(ErrorMessage = "Write your email address."), MaxLength(200)]
        public string Email { get; set; } = "";

        [Required(ErrorMessage = "Write your password."), MaxLength(200)]
        public string Password { get; set; } = "";

        public bool Remember { get; set; } = true;
    }
}
